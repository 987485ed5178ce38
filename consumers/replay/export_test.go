package replay

// SetSliceTransitions changes how many transitions are read at a time, until
// the function that it returns is called.
func SetSliceTransitions(n int64) (restore func()) {
	before := sliceTransitions
	sliceTransitions = n
	return func() { sliceTransitions = before }
}
