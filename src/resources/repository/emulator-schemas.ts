/** `POST /repository`; the order of the keys decides which violation is shown. */
export const newRepo = {
  type: 'object',
  required: ['repository', 'visibility', 'description'],
  properties: {
    repository: { type: 'string' },
    visibility: { type: 'string', enum: ['public', 'private'] },
    namespace: { type: 'string' },
    description: { type: 'string' },
    repo_kind: { type: ['string', 'null'], enum: ['image', null] },
  },
}

/** `PUT /repository/{repository}`. */
export const repoUpdate = {
  type: 'object',
  required: ['description'],
  properties: { description: { type: 'string' } },
}

/** `POST …/changevisibility`. */
export const changeVisibility = {
  type: 'object',
  required: ['visibility'],
  properties: { visibility: { type: 'string', enum: ['public', 'private'] } },
}

/** `PUT …/changestate`. */
export const changeRepoState = {
  type: 'object',
  required: ['state'],
  properties: { state: { type: 'string', enum: ['NORMAL', 'READ_ONLY', 'MIRROR'] } },
}

/** `POST /user/starred`. */
export const newStarredRepository = {
  type: 'object',
  required: ['namespace', 'repository'],
  properties: { namespace: { type: 'string' }, repository: { type: 'string' } },
}
