import type { EmulatorModule } from '../../model/emulation.ts'

/** A user's namespace comes with the account; its routes are those of accounts, robots and repositories. */
export const emulator: EmulatorModule = { routes: [] }
