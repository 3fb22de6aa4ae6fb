import type { Schema } from '../../model/schema.ts'
import { events, methods } from './schema-shapes.ts'

const filled = { pattern: '\\S', expected: 'a text that is not empty' } as const

export const schema = {
  event: {
    kind: 'text',
    description:
      'What is told. quota_warning and quota_error are events of organizations, all others of repositories.',
    required: true,
    choices: Object.keys(events),
    examples: ['repo_push', 'repo_mirror_sync_failed'],
  },
  event_config: {
    kind: 'object',
    description: 'Which of these events are told.',
    examples: [{ level: 1 }, { level: 3 }],
    beside: { event: 'vulnerability_found' },
    fields: {
      level: {
        kind: 'integer',
        description:
          'Of vulnerability_found: the least severe that is told, from 0 (critical), 1 (high), 2 (medium), 3 (low), 4 (negligible) to 5 (unknown).',
        minimum: 0,
        maximum: 5,
        examples: [1, 3],
        beside: { event: 'vulnerability_found' },
      },
      days: {
        kind: 'integer',
        description: 'Of repo_image_expiry, which needs it: how many days before an image expires.',
        minimum: 1,
        maximum: 2147483647,
        examples: [7, 30],
        beside: { event: 'repo_image_expiry' },
      },
      ref_regex: {
        kind: 'text',
        description:
          'Of builds: a regular expression that the beginning of the Git reference matches; builds without a reference are not told then.',
        ...filled,
        examples: ['refs/heads/main', 'refs/tags/.*'],
        beside: { event: 'build_failure' },
        quay: 'ref-regex',
      },
    },
    quay: 'eventConfig',
  },
  method: {
    kind: 'text',
    description:
      'How it is told: a POST to a webhook, a message in Slack, HipChat or Flowdock, an e-mail, or a notification in Quay itself.',
    required: true,
    choices: Object.keys(methods),
    examples: ['webhook', 'slack'],
  },
  config: {
    kind: 'object',
    description:
      'Where to: url and template for webhook; url for slack; email for email; target for quay_notification; room_id and notification_token for hipchat; flow_api_token for flowdock. none for an e-mail of an organization, which goes to its own address.',
    required: true,
    words: ['none'],
    together: ['method'],
    examples: [{ url: 'https://hooks.example.com/quay' }, { url: 'https://hooks.example.com/other' }],
    fields: {
      url: {
        kind: 'text',
        description:
          'The address that is called. Whoever knows it can often write there, so it may be a reference to a secret, and is then not compared.',
        ...filled,
        reference: true,
        sensitive: true,
        examples: ['https://hooks.example.com/quay', 'https://hooks.example.com/other'],
      },
      template: {
        kind: 'text',
        description: `What a webhook is sent: JSON, with expressions like \${event_data.name} in its texts. Without it Quay sends all it knows of the event.`,
        ...filled,
        examples: [`{"text": "pushed to \${event_data.name}"}`, '{"text": "pushed"}'],
        sensitive: true,
        beside: { method: 'webhook', config: { url: 'https://hooks.example.com/quay' } },
      },
      email: {
        kind: 'text',
        description: 'The address that is written to; it must have been confirmed for the repository.',
        pattern: '^[^@\\s]+@[^@\\s.]+(\\.[^@\\s.]+)+$',
        expected: 'an e-mail address',
        examples: ['team@example.com', 'two@example.com'],
        beside: { method: 'email' },
      },
      target: {
        kind: 'subject',
        description:
          'Who sees it in Quay: a user, a team of the organization, or everybody in the organization itself.',
        subjects: ['user', 'team', 'organization'],
        examples: ['user:admin', 'user:mallory'],
        beside: { method: 'quay_notification' },
      },
      room_id: {
        kind: 'text',
        description: 'The room in HipChat.',
        ...filled,
        examples: ['builds', 'alerts'],
        beside: { method: 'hipchat', config: { notification_token: { from_env: 'QC_HIPCHAT' } } },
      },
      notification_token: {
        kind: 'secret',
        description: "The room's token, as a reference. Quay returns it, and it is never compared.",
        writeOnly: true,
        beside: { method: 'hipchat', config: { room_id: 'builds' } },
      },
      flow_api_token: {
        kind: 'secret',
        description: "The flow's token, as a reference. Quay returns it, and it is never compared.",
        writeOnly: true,
        beside: { method: 'flowdock' },
      },
    },
  },
} as const satisfies Schema
