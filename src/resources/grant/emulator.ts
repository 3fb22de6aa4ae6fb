import type { EmulatorModule } from '../../model/emulation.ts'

/** Quay knows no grants: what they come to are permissions. */
export const emulator: EmulatorModule = { routes: [] }
