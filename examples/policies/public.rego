# No repository becomes public, but those that are listed in --data as public_repositories:
#   public_repositories: [repository.acme/sdk]
package main

deny contains msg if {
	some change in input.changes
	type_of(change) in {"repository", "organization_mirror"}
	change.action != "delete"
	change.desired.visibility == "public"
	not change.address in public_repositories
	msg := sprintf("%s becomes public", [change.address])
}

public_repositories contains address if some address in data.public_repositories
