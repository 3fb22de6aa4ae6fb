import type { EmulatorModule } from '../../model/emulation.ts'

/** The routes of messages are those of every Quay. */
export const emulator: EmulatorModule = { routes: [] }
