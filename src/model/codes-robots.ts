import type { Codes } from './code.ts'

/** The tokens of robots: where they go, and new ones. */
export const robotCodes: Codes = {
  QC6461: {
    title: 'Where shall the secret go?',
    text: 'No secret is printed unasked, so quayctl must be told a form and a place. Standard output holds one thing.',
    fix: 'Pass --format, and --output with a file, or with - for standard output.',
    example: 'quayctl robot credentials robot.acme+ci --format env -o ci.env',
  },
  QC6462: {
    title: 'A file that would be replaced',
    text: 'A secret goes to a new file or to an empty one. It is never written through a link, which may lead to a file that others read.',
    fix: 'Name another file, or pass --force to replace one as a whole.',
  },
  QC6463: {
    title: 'A secret that cannot be written',
    text: 'The file of --output cannot be made or written. It is made before Quay is asked for a new secret.',
    fix: 'Name a file in a folder that is there and may be written.',
  },
  QC6465: {
    title: 'No such object in Quay',
    text: 'Quay has nothing at this address, or shows this token nothing there.',
    fix: 'Check the address: each robot is named by itself. quayctl api GET /organization/acme/robots lists those of acme.',
  },
  QC6466: {
    title: 'Not a name that Kubernetes takes',
    text: 'A Secret is named by lower-case letters, digits, - and ., and a namespace by the same without dots, 63 characters at most. Both begin and end with a letter or digit.',
    fix: 'Correct --name or --namespace.',
  },
  QC6467: {
    title: 'A form that does not hold this',
    text: 'Each form but json holds one login. A file of variables holds no characters that a shell would have to have quoted, and only a Secret of Kubernetes has a name.',
    fix: 'Take another --format, or one robot at a time.',
  },
  QC6468: {
    title: 'Not the host of a registry',
    text: '--server takes a host, and a port where it is not the usual one, as images are named by it; no https:// and no path.',
    fix: 'Write it like quay.example.com or quay.example.com:8443.',
  },
  QC7425: {
    title: 'A token that may be a new one',
    text: 'Quay was asked for a new token, and the answer was lost. quayctl does not ask twice; it looks which token the robot has, and could not, or Quay may still be at it.',
    fix: 'Write the token that it has with quayctl robot credentials. Rotate it again only where that is still the old one.',
  },
  QC7426: {
    title: 'No token that can be used',
    text: 'Quay told no token, or one with characters that no client takes.',
    fix: 'Let an administrator of the organization ask: Quay tells tokens to nobody else.',
  },
}
