# What all policies here share: what a plan is, and what an object comes to.
package main

# Another document has no changes, and so would pass.
deny contains "this is no plan of quayctl in format 1: write one by quayctl plan --out" if not is_plan

is_plan if {
	input.kind == "quayctl.plan"
	startswith(input.format_version, "1.")
	is_array(input.changes)
}

# Type and name of the object itself; never cut them out of the address.
type_of(change) := change.chain[count(change.chain) - 1][0]

name_of(change) := change.chain[count(change.chain) - 1][1]

# What it has afterwards, as far as the files say: at an update, what is sent is not all.
attributes_of(change) := object.union(
	object.get(change, "declared", {}),
	object.get(change, "desired", {}),
)
