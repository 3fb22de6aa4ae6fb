import type { EmulatorModule } from '../model/emulation.ts'
import { appTokensModule } from './app-tokens.ts'
import { entitiesModule } from './entities.ts'
import { logsModule } from './logs.ts'
import { messagesModule } from './messages.ts'
import { registrySizeModule } from './registry-size.ts'
import { selfModule } from './self.ts'
import { serviceKeysModule } from './service-keys.ts'
import { sessionsModule } from './sessions.ts'
import { superusersModule } from './superusers.ts'

/** The routes of users, which are no resource type of a configuration. */
export const accountsModules: readonly EmulatorModule[] = [
  selfModule,
  superusersModule,
  entitiesModule,
  messagesModule,
  logsModule,
  sessionsModule,
  appTokensModule,
  serviceKeysModule,
  registrySizeModule,
]
