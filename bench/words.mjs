// The words that the names of an estate are made of.
export const areas =
  'billing catalog checkout claims compliance customer delivery finance fraud fulfilment identity insights inventory logistics loyalty marketing media mobile network payments pricing research risk search support'.split(
    ' ',
  )
export const groups = ['apps', 'data', 'edge', 'platform']
export const subjects =
  'account address alert archive audit basket batch booking calendar campaign contract coupon currency device document export feed forecast gateway geo import invoice label ledger lead message metrics notification offer order parcel partner policy price profile quote rating receipt refund report returns review schedule session settlement shipment stock subscription survey tax ticket timeline token tracking voucher wallet webhook'.split(
    ' ',
  )
export const parts = {
  api: 'serves the public interface of',
  worker: 'works off the queue of',
  web: 'is the web front end of',
  migrations: 'migrates the database of',
  cron: 'runs the nightly jobs of',
  cache: 'keeps hot data of',
  exporter: 'exports metrics of',
  importer: 'loads batches into',
}
export const jobs = {
  ci: 'Pushes what the pipelines build',
  deploy: 'Pulls images into the clusters',
  sync: 'Writes mirrored images',
  scanner: 'Pulls images to scan them',
  backup: 'Copies images to the second site',
  release: 'Pushes signed releases',
  dev: 'Pulls images on workstations',
  staging: 'Pulls images into the staging clusters',
  nightly: 'Pushes nightly builds',
  argocd: 'Pulls charts and images for Argo CD',
}
export const upstreams = [
  {
    host: 'docker.io/library',
    names: 'alpine busybox debian golang httpd memcached nginx node python redis',
  },
  { host: 'quay.io/prometheus', names: 'alertmanager blackbox-exporter node-exporter prometheus' },
  { host: 'quay.io/jetstack', names: 'cert-manager-cainjector cert-manager-controller cert-manager-webhook' },
  { host: 'ghcr.io/fluxcd', names: 'helm-controller kustomize-controller source-controller' },
  { host: 'registry.redhat.io', names: 'ubi8 ubi9 ubi9-minimal rhel9/postgresql-15 rhel9/redis-7' },
].flatMap(({ host, names }) => names.split(' ').map((name) => `${host}/${name}`))
export const tags = [
  'latest',
  'stable, stable-alpine',
  '"1.*", latest',
  '"3.21", "3.21.*", "3.22", "3.22.*"',
  '"v1.*"',
  '"9.[4-9]*"',
]
