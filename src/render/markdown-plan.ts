import type { Plan } from '../model/plan.ts'

// STAND-IN: replaced as a whole by the renderer of reviews. Only cli/commenting.ts calls it, once.
/** A plan as Markdown, at most 60,000 characters. */
export function renderMarkdown({ changes, findings }: Plan, { limit = 60_000 } = {}): string {
  const lines = [
    ...changes.map(({ action, address }) => `${action} ${address}`),
    ...findings.map(({ code, message }) => `${code} ${message}`),
  ]
  const whole = `## Quay plan: ${changes.length} changes\n\n\`\`\`text\n${lines.join('\n')}\n\`\`\``
  return whole.length <= limit ? whole : `## Quay plan: ${changes.length} changes`
}
