# Nothing that holds images is deleted, but what is listed in --data as deletable:
#   deletable: [repository.acme/legacy-web]
package main

deny contains msg if {
	some change in input.changes
	type_of(change) in {"organization", "repository", "user"}
	change.action in {"delete", "replace"}
	not change.address in deletable
	msg := sprintf("%s is deleted, with all that it holds", [change.address])
}

deletable contains address if some address in data.deletable
