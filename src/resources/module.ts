import type { EmulatorModule } from '../model/emulation.ts'
import type { ResourceType } from '../model/resource.ts'

/** What a folder below `resources/` contributes: a type, and Quay's side of it, loaded only where a Quay is emulated. */
export interface ResourceModule {
  /** Absent while only Quay's side exists. */
  readonly type?: ResourceType
  emulator(): Promise<{ readonly emulator: EmulatorModule }>
}
