# quay.tf.json beside this file is made by `quayctl synth --out .`: one resource for each organization's state.
# What needs Quay to be ready depends on it: here a mere note, elsewhere a kubernetes_secret, a helm_release, a pipeline.
resource "terraform_data" "deployment" {
  input      = "quay: shop/web"
  depends_on = [terraform_data.quay_shop_state]
}

output "deployed_from" {
  value = terraform_data.deployment.output
}
