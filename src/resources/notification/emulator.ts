import type { EmulatorModule } from '../../model/emulation.ts'
import { namespaceRoutes } from './emulator-namespace.ts'
import { repositoryRoutes } from './emulator-repository.ts'

/** Quay's notifications, of repositories and of namespaces. */
export const emulator: EmulatorModule = { routes: [...repositoryRoutes, ...namespaceRoutes] }
