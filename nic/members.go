package nic

// Members are the paths of all members of INV-01 that are read, in its order: "ItemList",
// "ItemList[].Qty".
func Members() []string { return pathsOf(inv01.visit) }

// EWayMembers are those of a request for an e-way bill.
func EWayMembers() []string { return pathsOf(ewayConsignment.visit) }

func pathsOf(visit func(path, field string, f func(entry))) []string {
	var paths []string
	visit("", "", func(e entry) { paths = append(paths, e.path) })
	return paths
}
