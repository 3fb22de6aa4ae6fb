const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Has a name that Quay makes up: of what was deleted, until its garbage collection has run, or of an e-mail that nobody gave. */
export const isUuid = (text: string): boolean => UUID.test(text)
