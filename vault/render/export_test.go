package render

// ChildPID returns the process id of the child, 0 without one. Call it only while no
// other goroutine uses c.
func (c *Client) ChildPID() int {
	if c.child == nil {
		return 0
	}
	return c.child.cmd.Process.Pid
}
