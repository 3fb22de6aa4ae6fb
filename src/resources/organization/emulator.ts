import { notFound, ok } from '../../model/answers.ts'
import type { Answer, Call, EmulatorModule } from '../../model/emulation.ts'
import { peopleRoutes } from './emulator-people.ts'
import { superuserRoutes } from './emulator-superuser.ts'
import { organizationView } from './emulator-view.ts'
import { create, newOrg, remove, update, updateOrg } from './emulator-write.ts'

/** Anybody may look; what they see is the view's matter, also with a dead token. */
function get(call: Call): Answer {
  const row = call.ground.organizations.get(call.params.org ?? '')
  if (!row) throw notFound()
  return ok(organizationView(call, row))
}

const bypass = '3.16'

/** Quay's organizations. */
export const emulator: EmulatorModule = {
  routes: [
    { operation: 'POST /organization/', body: { NewOrg: newOrg }, handle: create },
    { operation: 'GET /organization/{org}', bypass, handle: get },
    { operation: 'PUT /organization/{org}', bypass, body: { UpdateOrg: updateOrg }, handle: update },
    { operation: 'DELETE /organization/{org}', bypass, handle: remove },
    ...peopleRoutes,
    ...superuserRoutes,
  ],
}
