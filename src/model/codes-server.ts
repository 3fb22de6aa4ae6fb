import type { Codes } from './code.ts'

/** What the server answered, or did not. */
export const serverCodes: Codes = {
  QC7400: {
    title: 'Quay refused the request',
    text: "Quay understood the request and does not do it; the message has Quay's own words.",
    fix: 'Read them. What a name or value must be like is often said there only.',
  },
  QC7401: {
    title: 'The token is not accepted',
    text: 'It is invalid, expired or revoked, its user is disabled, or it lacks the scope user:read or user:admin. Quay answers the same for all of them.',
    fix: 'Make a new token in Quay (an organization, Applications, Generate Token) and set QUAY_TOKEN or --token-file.',
  },
  QC7402: {
    title: 'There is no token',
    text: 'QUAY_TOKEN is not set and --token-file not given, or its file is empty; nor are QUAY_USERNAME and QUAY_PASSWORD both set, with which quayctl signs in instead. Neither is ever an argument, because others can see those.',
    fix: 'Make a token in Quay: an organization, Applications, Generate Token.',
  },
  QC7403: {
    title: 'The token may not do this',
    text: 'The token lacks a scope, or its user lacks the role; who has signed in has all scopes. Quay does not say which, and answers the same for what its user may not see.',
    fix: 'Give the token the scopes of the README, and let its user be an administrator of the organization.',
  },
  QC7404: {
    title: 'The server has no such route',
    text: 'A feature is off, the server is too old, or the URL does not lead to a Quay.',
    fix: 'Check the URL; ask the operator of Quay for the feature.',
  },
  QC7405: {
    title: 'Quay does not take the password',
    text: 'QUAY_USERNAME and QUAY_PASSWORD are not those of an account that may sign in: the password is wrong, the account is disabled, or its e-mail address is not verified. quayctl tries a password once: after a wrong one Quay refuses even the right one for a time, which doubles with each.',
    fix: 'Correct the two variables and wait a few seconds, or use a token.',
  },
  QC7406: {
    title: 'Quay signs nobody in by password',
    text: 'The server has no sign-in by user name and password: its users sign in elsewhere (OIDC), FEATURE_DIRECT_LOGIN is off, or it is too old. Something before the server may refuse it, too.',
    fix: 'Use a token: QUAY_TOKEN or --token-file.',
  },
  QC7407: {
    title: 'The session has ended',
    text: 'Quay no longer knows the session of QUAY_USERNAME, and to sign in anew did not help, or it ended again and again while all was read. When a run signs out, Quay ends all sessions of that user, those of other runs and of browsers too.',
    fix: 'Give each run that goes on at the same time a user of its own, or a token.',
  },
  QC7409: {
    title: 'The mirror is being synchronised',
    text: 'A change during a sync makes Quay lose its result, and the mirror stays in that state for good. So its change waited until all else was done, and then as long as --sync-wait says; the sync went on for longer.',
    fix: 'Run apply again when the sync has ended, let it wait longer, or cancel the sync.',
    example: 'quayctl apply --sync-wait 1h',
  },
  QC7410: {
    title: 'The robot of a mirror is not there',
    text: 'Quay leaves a broken mirror behind when its robot is missing at its creation. So it is not created.',
    fix: 'Run apply again: it creates the robot first.',
  },
  QC7411: {
    title: 'The organization mirror uses the robot',
    text: 'Quay deletes an organization mirror without a word together with its robot. So the robot is neither deleted nor replaced.',
    fix: 'Let the organization mirror use another robot first, or take it away.',
  },
  QC7412: {
    title: 'A replace is not complete',
    text: 'The object was deleted, and it was not created again, or not all that hung on it was put back. The message names what is missing.',
    fix: 'Give back by hand what the message names and no file declares: the next plan does not know of it.',
  },
  QC7413: {
    title: 'An account that is not complete',
    text: 'The user was created, and could not be disabled as the files say.',
    fix: 'Run apply again: it disables the account.',
  },
  QC7414: {
    title: 'Changed since the plan',
    text: 'The notification is not the one any more that the plan was made for: gone, another one, or several of its title. Nothing was written.',
    fix: 'Plan again.',
  },
  QC7415: {
    title: 'Two notifications of one title',
    text: 'Quay has no update, so the new one is created before the old one is deleted. That delete failed, and until one goes both are left alone.',
    fix: 'Delete the old one in Quay: the message has its UUID.',
  },
  QC7416: {
    title: 'An organization mirror that could not be created again',
    text: 'Quay makes an organization mirror only in an organization without repositories, and a mirror that has worked has made some. So it is not deleted for a replace.',
    fix: 'Delete the repositories first, or write the type that Quay has.',
  },
  QC7417: {
    title: 'The sync of a mirror hangs',
    text: 'The time that Quay gives a sync is over, and the mirror is still in it: a worker died, or the mirror was changed during the sync. Quay begins no other, so waiting does not help.',
    fix: 'Cancel the sync, and ask for another. With a change of the mirror, quayctl apply --cancel-sync does both.',
    example: 'quayctl mirror cancel mirror.acme/ubi9 && quayctl mirror sync mirror.acme/ubi9',
  },
  QC7418: {
    title: 'A cancelled sync did not begin anew',
    text: '--cancel-sync cancelled the sync and made the change, and Quay did not take the request for a new sync. Until somebody asks for one, the mirror rests.',
    fix: 'Run apply again with --cancel-sync if the change is still planned; else quayctl mirror sync.',
  },
  QC7429: {
    title: 'Rate limited',
    text: 'The server answers 429 and kept doing so while quayctl waited and repeated the request.',
    fix: 'Lower --concurrency, or try again later.',
  },
  QC7430: {
    title: 'A secret that did not arrive',
    text: 'Quay made the account and its secret, and the answer with it was lost. Quay tells it once only, and a new one could not be set at once.',
    fix: 'Run the same command again, with the same --credentials-out: it sets a new one.',
  },
  QC7500: {
    title: 'Server error',
    text: 'Quay answered with 500 or above, also when asked again. Some values that Quay cannot store end like this, too. After a write it may have acted all the same.',
    fix: "Look at Quay's own log, and plan again to see what it has.",
  },
  QC7503: {
    title: 'The registry is read-only',
    text: 'The operator has put Quay into its read-only mode.',
    fix: 'Wait until it can be written to again; plan works meanwhile.',
  },
  QC7600: {
    title: 'Cannot connect',
    text: 'Nothing listens there, no way leads there, or the proxy makes no connection.',
    fix: 'Check the URL, that the server is up, and HTTPS_PROXY and NO_PROXY.',
  },
  QC7601: {
    title: 'No trusted TLS connection',
    text: "The server speaks no TLS on that port, or no trusted authority signed its certificate, or it is another host's.",
    fix: 'Check the URL. A private authority is trusted with --ca-file or NODE_EXTRA_CA_CERTS.',
  },
  QC7602: {
    title: 'The name of the server cannot be resolved',
    text: 'DNS knows no such host, or did not answer.',
    fix: 'Check the URL, the DNS, and whether a proxy is needed (HTTPS_PROXY).',
  },
  QC7603: {
    title: 'No answer in time',
    text: 'The server did not connect or answer in time, also when asked again.',
    fix: 'Check that it is up and not overloaded, and whether a proxy is needed (HTTPS_PROXY).',
  },
  QC7604: {
    title: 'The connection broke',
    text: 'It was closed before the answer was complete. After a write Quay may have acted all the same.',
    fix: 'Check the server and what stands before it, and plan again to see what it has.',
  },
  QC7605: {
    title: 'The time limit is over',
    text: 'The run was given a --timeout, and Quay was still being read when it was over. Nothing was changed.',
    fix: 'Allow more time, or ask for less at once: --organization, --target.',
  },
  QC7610: {
    title: 'Not an answer of Quay',
    text: 'The answer is an HTML page, no complete JSON, too large or not of the form that Quay has for this request. A proxy or a sign-in page may have answered, or the URL is not that of a Quay. Nothing is decided on an answer that is not understood.',
    fix: 'Open the URL in a browser, and correct it. If it is your Quay that answers so, report it with its version.',
  },
  QC7611: {
    title: 'The server redirects',
    text: 'Redirects are not followed, so that the token or session goes nowhere else.',
    fix: 'Set the URL to where Quay itself answers.',
  },
  QC7612: {
    title: 'A list without end',
    text: 'A list of several pages starts over or does not end. Nothing is decided on half a list.',
    fix: 'Try again; it can happen when much changes at the same time.',
  },
  QC7613: {
    title: 'The server is no Quay',
    text: 'Something answers at this URL, but the routes that every Quay has are missing there, or are answered with a web page.',
    fix: 'Correct the URL: it is that of Quay itself, without a path. Open it in a browser to see who answers.',
  },
  QC7614: {
    title: 'An answer that is too large',
    text: 'No answer of Quay is as large. Something else may answer at this URL, or something on the way makes it up.',
    fix: 'Open the URL in a browser, and correct it.',
  },
  QC7800: {
    title: 'Quay did not keep what was written',
    text: 'Quay answered with success, and has something else when read back. The message names the known defect where there is one.',
    fix: 'Apply again. If it stays, change the object by hand, or write what Quay has.',
  },
}
