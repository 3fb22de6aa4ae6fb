# No robot administers: not a repository, not each new one, and not an organization as a member of a team.
package main

deny contains msg if {
	some change in input.changes
	type_of(change) == "permission"
	change.action != "delete"
	startswith(name_of(change), "robot:")
	attributes_of(change).role == "admin"
	msg := sprintf("%s gives a robot admin", [change.address])
}

deny contains msg if {
	some change in input.changes
	type_of(change) == "default_permission"
	change.action != "delete"
	startswith(attributes_of(change).to, "robot:")
	attributes_of(change).role == "admin"
	msg := sprintf("%s gives a robot admin", [change.address])
}

deny contains msg if {
	some change in input.changes
	type_of(change) == "team"
	change.action != "delete"
	attributes_of(change).role == "admin"
	some member in attributes_of(change).members
	startswith(member, "robot:")
	msg := sprintf("%s has a robot, and is a team of role admin", [change.address])
}
