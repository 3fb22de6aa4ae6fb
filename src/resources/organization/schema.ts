import type { Schema } from '../../model/schema.ts'

export const schema = {
  email: {
    kind: 'text',
    description: 'Where Quay writes to about the organization.',
    pattern: '^[^@\\s]+@[^@\\s.]+(\\.[^@\\s.]+)+$',
    expected: 'an e-mail address',
    examples: ['quay+acme@example.com', 'two@example.com'],
  },
  tag_expiration: {
    kind: 'duration',
    description: 'How long a deleted tag can be brought back; one of the choices that the server offers.',
    examples: ['2w', '4w'],
    quay: 'tag_expiration_s',
  },
  invoice_email: { kind: 'boolean', description: 'Whether invoices are sent by e-mail.', initial: false },
  invoice_email_address: {
    kind: 'text',
    description: "Where invoices are sent to; none for the organization's own address.",
    pattern: '^[^@\\s]+@[^@\\s.]+(\\.[^@\\s.]+)+$',
    expected: 'an e-mail address',
    words: ['none'],
    examples: ['invoices@example.com', 'two@example.com'],
  },
} as const satisfies Schema
