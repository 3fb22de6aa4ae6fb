import type { Codes } from './code.ts'

/** Findings of a plan, and what stops one. */
export const planCodes: Codes = {
  QC4001: {
    title: 'A removal that ended',
    text: 'A line of removed holds until its day. After it nothing is deleted, so that an old line cannot delete what was made anew.',
    fix: 'Set a later until if it shall still go, or remove the line.',
  },
  QC4002: {
    title: 'Already gone',
    text: 'What a line of removed deletes is not in Quay any more.',
    fix: 'Delete the line.',
  },
  QC4003: {
    title: 'An empty block deletes nothing',
    text: 'Without prune quayctl leaves alone what no file lists, so an empty block says nothing.',
    fix: 'Write prune if the objects in Quay shall go, or remove the block.',
    example: 'prune: {robots: all}\nrobots: {}',
  },
  QC4004: {
    title: 'Cannot be changed in place',
    text: 'Quay has no way to change this attribute. Deleting and creating the object anew would cost its credentials, so that is not done unasked.',
    fix: 'Allow it for one run with --replace ADDRESS, or for good with lifecycle: {replace: allow}; or write what Quay has.',
    example: 'quayctl plan --replace robot.acme+ci',
  },
  QC4005: {
    title: 'A warning that switches the reject off',
    text: 'Of the thresholds that are reached Quay lets the highest decide. A warning at or above the reject wins over it, and pushes are not rejected.',
    fix: 'Let every warn_at be below reject_at.',
  },
  QC4080: {
    title: 'A condition of --fail-on holds',
    text: 'The status was asked to fail on this, and it is so. The run ends with 4, so that it can be told from one that could not look (7 and 8).',
    fix: 'The status says what is wrong with each object, and what helps.',
  },
  QC4081: {
    title: 'The token may not see all',
    text: 'A status tells of what the token may see. Where it was asked to fail on something, and nothing else holds, the run ends with 7: what nobody has seen is not known to be well.',
    fix: 'Let the user administer the organization, and make a token with org:admin and repo:admin.',
  },
  QC4006: {
    title: 'none says nothing here',
    text: 'none at an entry of a block leaves out what a template has, and keeps it from being pruned; no template has this one, and its block is not pruned.',
    fix: 'Remove the line. To delete the object in Quay use removed.',
  },
  QC4007: {
    title: 'It stays: not all files were loaded',
    text: 'With -f only some files of the organization were read. What they do not list may be listed by the others, so nothing of it is deleted.',
    fix: 'Load all of them, for instance without -f, if it shall be deleted.',
  },
  QC4008: {
    title: 'A glob matches nothing',
    text: 'No address that the files or Quay have matches it: so --exclude leaves nothing out, --replace allows nothing, and a line of safety.protect guards nothing.',
    fix: 'Look at the addresses in a plan. * stays between / + : and #; ** crosses them.',
    example: 'repository.acme/**',
  },
  QC4009: {
    title: 'Not to be told from others',
    text: 'Quay has several objects that the files could mean, so none of them is changed.',
    fix: 'Delete all but one in Quay.',
  },
  QC4010: {
    title: 'Kept, whatever the files say',
    text: 'The change would take from the organization its last administrators, or from this run the right to go on.',
    fix: 'Give another team of role admin its members first; list the user of the token.',
  },
  QC4011: {
    title: 'The users come from a directory',
    text: 'Quay keeps the users of this team as a directory group says, and refuses to add or remove others. The users that the files list for it are not compared.',
    fix: 'Declare sync and list robots only, or write "sync: none".',
  },
  QC4012: {
    title: 'The group is not compared',
    text: 'Quay shows superusers only which directory group a team is kept by.',
    fix: "Use a superuser's token with the scope super:user.",
  },
  QC4013: {
    title: 'Paused',
    text: 'The organization has a line paused: until that day its changes are planned and shown, and not applied. They count for no limit, and nobody is asked about them.',
    fix: 'Nothing has to be done. To apply it, remove the line.',
    example: 'paused: {reason: "INFRA-431, moves to the new cluster", until: 2026-12-31}',
  },
  QC4014: {
    title: 'A pause that ended',
    text: 'The day up to which the organization was paused is over, so its changes are applied again.',
    fix: 'Remove the line, or set a later until.',
  },
  QC4015: {
    title: 'Nothing is declared',
    text: 'Files were loaded, and no document in them declares or removes anything. So there is nothing to do: nothing is deleted because of it.',
    fix: 'If objects are declared somewhere, see whether include names those files.',
    example: 'include: [organizations/**/*.yaml]',
  },
  QC4016: {
    title: 'A directory decides about the right of this run',
    text: 'The only team of role admin that is known to have the user of the token gets its users from a directory. When the group loses that user, quayctl can manage the organization no more.',
    fix: 'List the user on a team of role admin that no directory keeps.',
    example: 'teams:\n  automation: {role: admin, members: [user:gitops]}',
  },
  QC4017: {
    title: 'No longer listed, and still there',
    text: 'The files at --base declared it, these say nothing of it, and Quay has it: nothing deletes it, and nobody looks after it any more. What was given another name is another object, too; so is a default permission with another creator or to.',
    fix: 'Let it go by prune, a line of removed, none for a singleton or an empty exact block; or write it again. Where others look after it, list it under external.',
    example: 'prune: {robots: dropped}',
  },
  QC4018: {
    title: 'dropped without a base',
    text: 'prune: {X: dropped} deletes what the files listed before and list no more. Without --base nobody knows what they listed, so nothing is deleted, and the next run with a later base does not know of it either.',
    fix: 'Pass the commit that was applied last.',
    example: 'quayctl apply --base HEAD~1',
  },
  QC4019: {
    title: 'A secret from elsewhere that is not sent',
    text: 'The reference names another variable or file than at --base, and its version is the same. A variable may just have got another name, so the secret is sent only when the version is another one.',
    fix: 'Raise the version if the secret is another one, or send it once with --resend.',
    example: 'password: {from_env: QC_REDHAT_2, version: 4}',
  },
  QC4020: {
    title: 'Not there at the base',
    text: 'A file that is loaded now was not there in the commit of --base, so all that it declares counts as new: nothing of it was dropped, and none of its secrets has another version.',
    fix: 'Nothing has to be done for a new file. Of one that was renamed name the folder, or leave out -f: what include takes in is found under its old name.',
  },
  QC4021: {
    title: 'A value that is not changed any more',
    text: 'Quay moves this value by itself once the object is there, so only a later time than its own is sent. The files say another one than at --base, and it is not later.',
    fix: 'Write a later time, or leave the line as it was.',
    example: 'sync_start_date: 2026-12-01T02:00:00Z',
  },
  QC4025: {
    title: 'A change that waits for a sync',
    text: 'Quay is synchronising the mirror, and a change meanwhile would leave it in that state for good. apply does everything else first, and then waits for the end of the sync.',
    fix: 'Nothing has to be done. --sync-wait says how long to wait; --cancel-sync does not wait.',
    example: 'quayctl apply --sync-wait 30min',
  },
  QC4026: {
    title: 'A mirror whose sync hangs',
    text: 'The time that Quay gives a sync is over, and the mirror is still in it: a worker died, or the mirror was changed during the sync. Quay begins no other sync of it by itself.',
    fix: 'Cancel the sync and ask for another, on the page of the mirror in Quay; with a change of the mirror, --cancel-sync does both.',
  },
  QC4027: {
    title: 'A mirror that rests',
    text: 'The mirror is enabled, but its last sync was cancelled. Quay then begins no other by itself, whatever the schedule says.',
    fix: 'Sync Now on the page of the mirror in Quay, unless it is meant to rest: then declare "enabled: false".',
  },
  QC4060: {
    title: 'Left out as unchanged',
    text: 'With --changed-since a plan reads only the organizations of which the files, after templates and defaults, say something else than at that commit. What was changed in Quay elsewhere is not seen.',
    fix: 'Nothing has to be done. A plan without the flag shows all.',
    example: 'quayctl plan --changed-since origin/main',
  },
  QC4061: {
    title: 'A setting that is another one',
    text: 'The Registry document holds plans to something else than the files of --base, --changed-since or diff: another Quay, other limits of safety, other protect lines, other levels of rules, other variables or organizations that files may speak of. It is a warning where more passes than before: the plan beside it is already judged by the new setting.',
    fix: 'Look whether it is meant. A change of settings is best reviewed by itself.',
    example: 'safety: {max_deletes: 5}',
  },
  QC4062: {
    title: 'Protected until now',
    text: 'The object is deleted or replaced, and a line of safety.protect that covered it in the files of --base, --changed-since or diff covers it no longer. The guard goes by the new files and does not stop it.',
    fix: 'Put the line back, or take it as what it is: one change that lifts the protection and uses that.',
  },
  QC4063: {
    title: 'All is planned',
    text: 'What the files said at the commit of --changed-since is not valid, or cannot be read, so nobody can say what has changed since. The flag only leaves out what is the same: then a plan leaves nothing out. For apply it is an error (QC3120), as more would be done than was asked for.',
    fix: 'Nothing has to be done where the files are mended now. To plan less, name a commit whose files are right.',
    example: 'quayctl plan --changed-since HEAD~2',
  },
  QC4090: {
    title: 'A log that does not tell who it was',
    text: 'drift looks in the log of an organization for who has changed something. The token may not read it, Quay does not keep or search it, or it has more entries than are read. What has changed is known all the same; drift --quick, which has nothing but the logs, says of such an organization that it is not known.',
    fix: 'Use a token with the scope org:admin of a user who administers the organization, or one of a superuser, or a later --base.',
  },
  QC4101: {
    title: 'Protected',
    text: 'safety.protect names the object, so nothing deletes or replaces it: not --allow, and not --max-deletes.',
    fix: 'If it is meant, change the line in a review of its own; ! makes an exception.',
    example: 'safety: {protect: ["organization.*", "!organization.legacy-shop"]}',
  },
  QC4102: {
    title: 'More deletes than allowed',
    text: 'The plan deletes or replaces more objects than safety.max_deletes. A lost file or a wrong glob looks just like this.',
    fix: 'Read the list. If all of it is meant, allow that number: for one run with --max-deletes, or with safety.max_deletes in the files, as where CI applies them.',
  },
  QC4103: {
    title: 'An impact that --yes does not cover',
    text: 'The plan costs credentials or data, or makes something public. Where nobody answers a prompt each of these needs a word of its own. Nothing was changed.',
    fix: 'If it is meant, name the impact, and where you can the addresses.',
    example: "quayctl apply --yes --allow 'data:mirror.acme/**'",
  },
  QC4104: {
    title: 'Declined',
    text: 'The question was not answered with yes. Nothing was changed.',
    fix: 'Run it again to be asked again.',
  },
  QC4105: {
    title: 'More access taken away than allowed',
    text: 'The plan takes away or lowers more permissions, default permissions and memberships than safety.max_revokes. A lost team or a wrong list looks just like this.',
    fix: 'Read the list. If all of it is meant, allow that number: for one run with --max-revokes, or with safety.max_revokes in the files, as where CI applies them.',
  },
  QC4106: {
    title: 'A password that would be lost',
    text: 'Quay tells the password of a new user once, in the answer to its creation. Nothing was changed.',
    fix: 'Say where it is to be kept: --credentials-out FILE.',
    example: 'quayctl apply --credentials-out new-users.json',
  },
  QC4107: {
    title: 'Too large a share deleted',
    text: 'The plan deletes or replaces a larger share of one type in one organization than safety.max_delete_percent. It is counted where Quay has at least 10 of that type there; permissions, default permissions and members count as revokes instead.',
    fix: 'Read the list. If all of it is meant, allow that share: for one run with --max-delete-percent, or with safety.max_delete_percent in the files, as where CI applies them.',
  },
  QC4108: {
    title: 'An empty block that would delete all',
    text: 'The files list nothing of a block any more, prune wants away what is not listed, and Quay has several: all of them would go. A block that was emptied by mistake looks just like this.',
    fix: 'If all of them shall go, say so: for one run with --allow-empty, or with a line of removed for each in the files, as where CI applies them.',
    example: 'quayctl plan --allow-empty',
  },
  QC4109: {
    title: 'Too few administrators left',
    text: 'The plan makes an organization with fewer users on its teams of role admin than safety.min_org_admins, or leaves it with fewer. Teams whose members were not read, or come from a directory, count as enough.',
    fix: 'List more users on a team of role admin, or allow that number: for one run with --min-org-admins, or with safety.min_org_admins in the files.',
    example: 'teams:\n  owners: {role: admin, members: [user:alice, user:bob]}',
  },
}
