package server

// Routes lists methods and paths, as the contract names them.
func (s *Server) Routes() (out []string) {
	for _, r := range s.routes() {
		out = append(out, r.method+" "+r.path)
	}
	return out
}
