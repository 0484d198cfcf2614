package consent

// Under is how many requests are under way.
func (g *Gate) Under() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.under)
}
