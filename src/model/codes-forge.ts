import type { Codes } from './code.ts'

/** Where GitHub and GitLab are, and what they answered to a comment. */
export const forgeCodes: Codes = {
  QC3140: {
    title: 'The address of the API of a forge is not one',
    text: 'GITHUB_API_URL and CI_API_V4_URL say where GitHub and GitLab are. Their CI sets them; elsewhere they are for servers of your own.',
    fix: 'Correct the variable, or leave it out for github.com and gitlab.com.',
    example: 'GITHUB_API_URL=https://github.acme.example/api/v3',
  },
  QC7700: {
    title: 'The comment is refused',
    text: 'GitHub or GitLab understood the request and does not do it; the message has its own words. A comment that is too long was tried in its shortest form, too.',
    fix: 'Read them. quayctl comment PLAN --dry-run prints the comment.',
  },
  QC7701: {
    title: 'The token to comment with is not accepted',
    text: 'It is invalid, expired or revoked.',
    fix: 'Make a new one, and set QUAYCTL_COMMENT_TOKEN, GITHUB_TOKEN or GITLAB_TOKEN.',
  },
  QC7702: {
    title: 'There is no token to comment with',
    text: 'GitHub Actions gives one to a step only that asks for it. The CI_JOB_TOKEN of GitLab cannot comment. Pipelines of forks get none.',
    fix: 'Set GITHUB_TOKEN to github.token of GitHub Actions, or GITLAB_TOKEN to an access token of the project.',
  },
  QC7703: {
    title: 'The token may not comment',
    text: 'It may perhaps read the request, and not write to it.',
    fix: 'In GitHub Actions give the job permissions: pull-requests: write. In GitLab the token needs the scope api and the role Reporter.',
  },
  QC7704: {
    title: 'No such request, or not for this token',
    text: 'GitHub and GitLab answer the same for what is not there and for what the token may not see.',
    fix: 'Check --repository and --pull-request, then the rights of the token.',
  },
  QC7705: {
    title: 'A run of a fork may not comment',
    text: 'Whoever proposes a change from a fork chooses what its run does, so its token can only read.',
    fix: 'Comment from a second workflow that runs nothing of the fork, or show the comment in the log with --dry-run.',
  },
  QC7710: {
    title: 'Not an answer of GitHub or GitLab',
    text: 'The answer is a redirect, no JSON, or not of the form that is documented. A proxy may have answered, or the repository has another name now.',
    fix: 'Check --repository, and GITHUB_API_URL or CI_API_V4_URL.',
  },
  QC7729: {
    title: 'The rate of comments is limited',
    text: 'GitHub or GitLab asks to be left alone for longer than quayctl waits, which is five minutes for one request.',
    fix: 'Run it again later. Many jobs of one repository share a limit.',
  },
  QC7750: {
    title: 'A server error of GitHub or GitLab',
    text: 'It answered with 500 or above, also when asked again. Before a comment is created a second time it is looked for, so there are never two.',
    fix: 'Run it again later.',
  },
}
