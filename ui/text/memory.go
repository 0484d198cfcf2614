package text

import "carnet/vault"

// Memory says how keys lie in the memory of this process, a sentence each.
func (l Language) Memory(m vault.Memory) []string {
	keys, dumps := KeysLocked, DumpsOff
	if !m.Locked {
		keys = KeysNotLocked
	}
	if m.Dumps {
		dumps = DumpsOn
	}
	return []string{l.Say(keys), l.Say(dumps)}
}
