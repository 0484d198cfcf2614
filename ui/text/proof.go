package text

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"carnet/vault/exchange/sheet"
	"carnet/vault/proof"
)

// Proofs: statements that a vault signs.
var (
	ProofWord   = Word{FR: "preuve", EN: "proof", Help: Message{"Les preuves signées qui restent quand un carnet a été remis ou clôturé", "The signed proofs that stay when a record was handed over or closed"}}
	ProofVerify = Word{FR: "verifier", EN: "verify", Help: Message{"Vérifie une preuve, sans coffre et sans phrase secrète", "Verifies a proof, without a vault or a passphrase"},
		Long: Message{"Vérifie la signature d'une preuve (un fichier .json), sans coffre et sans phrase secrète. Elle dit que rien n'y a été changé depuis la signature.\nLe coffre qui l'a signée est le seul à savoir de qui est la clé : comparez l'empreinte avec celle du papier.",
			"Verifies the signature of a proof (a .json file), without a vault or a passphrase. It says that nothing in it was changed since it was signed.\nOnly the vault that signed knows whose key it is: compare the fingerprint with the one on paper."}, Usage: Message{"FICHIER", "FILE"}}
	ProofGood = Message{"La signature est bonne : rien n'a été changé dans cette preuve.", "The signature is right: nothing in this proof was changed."}
	ProofLine = Message{"%s : %s", "%s: %s"}

	proofTitles = map[proof.Kind]Message{
		proof.HandOver: {"Preuve de la remise d'un carnet", "Proof that a record was handed over"},
		proof.Closure:  {"Preuve de la clôture d'un carnet", "Proof that a record was closed"},
	}
	// proofNames are what proofs count and digest. A name that is not here is shown
	// as it is.
	proofNames = map[string]Message{
		"documents": {"Documents", "Documents"},
		"entries":   {"Profil médical", "Medical profile"},
		"erasures":  {"Effacements", "Erasures"},
		"bytes":     {"Octets", "Bytes"},
		"records":   {"Carnets", "Records"},
		"export":    {"export", "export"},

		"exported-documents": {"Exportés", "Exported"},
		"export-refused":     {"Export refusé", "Export refused"},
	}
	proofVaultClosed = Message{"Preuve de la clôture d'un coffre", "Proof that a vault was closed"}
	proofErased      = Message{"Ce qui est compté ici a été effacé de ce fichier, sans archive : personne ne peut le récupérer.", "What is counted here was erased from this file, without an archive: nobody can get it back."}
	proofExport      = Message{"L'empreinte d'un export est le SHA-256 de son fichier manifest-sha256.txt. « Export refusé : 1 » veut dire que la personne n'en a pas voulu.", "The digest of an export is the SHA-256 of its file manifest-sha256.txt. \"Export refused: 1\" means that the person did not want one."}
	proofElsewhere   = Message{"Les copies données, imprimées ou sauvegardées ailleurs et Mon espace santé ne sont pas concernés.", "Copies that were given, printed or backed up elsewhere, and Mon espace santé, are not affected."}
	proofKind        = Message{"Preuve", "Proof"}
	proofAt          = Message{"Date", "Date"}
	proofVault       = Message{"Coffre", "Vault"}
	proofInto        = Message{"Nouveau coffre", "New vault"}
	proofPatient     = Message{"Carnet", "Record"}
	proofDigests     = Message{"Empreintes (BLAKE2b-256)", "Digests (BLAKE2b-256)"}
	proofExports     = Message{"Empreintes des exports (SHA-256)", "Digests of exports (SHA-256)"}
	proofFingerprint = Message{"Clé du signataire", "Signer's key"}
	proofSignature   = Message{"Signature", "Signature"}
	proofEd25519     = Message{"Ed25519", "Ed25519"}
	proofSays        = Message{"Ce papier montre la preuve que le coffre a signée. Il ne dit ni nom, ni titre, ni contenu.", "This paper shows the proof that the vault signed. It tells no name, no title and no content."}
	proofHow         = Message{"Le fichier .json qui l'accompagne se vérifie sur n'importe quel ordinateur, sans coffre : « carnet preuve verifier FICHIER ».", "The .json file that comes with it is verified on any computer, without a vault: \"carnet proof verify FILE\"."}
	proofLimits      = Message{"La signature dit que rien n'a été changé depuis ce jour. De qui est la clé, seul le coffre qui a signé le sait.", "The signature says that nothing was changed since that day. Whose key it is, only the vault that signed knows."}
)

// ProofRows says what a proof holds besides its digests and its signature, a label
// and a value a line.
func (l Language) ProofRows(p *proof.Proof) sheet.Rows {
	rows := sheet.Rows{
		{Label: l.Say(proofKind), Value: l.proofTitle(p)},
		{Label: l.Say(proofAt), Value: l.Date(p.At) + p.At.Format(" 15:04:05 UTC")},
		{Label: l.Say(proofVault), Value: p.Vault.String()},
	}
	if !p.Into.IsZero() {
		rows = append(rows, sheet.Row{Label: l.Say(proofInto), Value: p.Into.String()})
	}
	if !p.Patient.IsZero() {
		rows = append(rows, sheet.Row{Label: l.Say(proofPatient), Value: p.Patient.String()})
	}
	for _, name := range slices.Sorted(maps.Keys(p.Counts)) {
		rows = append(rows, sheet.Row{Label: l.proofName(name), Value: strconv.FormatInt(p.Counts[name], 10)})
	}
	return append(rows, sheet.Row{Label: l.Say(proofFingerprint), Value: p.Fingerprint()})
}

func (l Language) digestRows(p *proof.Proof) (rows sheet.Rows) {
	for _, name := range slices.Sorted(maps.Keys(p.Digests)) {
		rows = append(rows, sheet.Row{Label: l.proofName(name), Value: p.Digests[name]})
	}
	return rows
}

func (l Language) proofTitle(p *proof.Proof) string {
	if p.Kind == proof.Closure && p.Patient.IsZero() {
		return l.Say(proofVaultClosed)
	}
	if title, known := proofTitles[p.Kind]; known {
		return l.Say(title)
	}
	return string(p.Kind)
}

func (l Language) proofName(name string) string {
	if m, known := proofNames[name]; known {
		return l.Say(m)
	}
	return name
}

// Proof is a proof on paper.
func (l Language) Proof(p *proof.Proof) *sheet.Sheet {
	half := len(p.Signature) / 2
	digests := proofDigests
	if p.Kind == proof.Closure {
		digests = proofExports
	}
	made := &sheet.Sheet{
		Title: l.proofTitle(p), Language: l.Tag(), Footer: l.Say(Independence), Created: p.At.In(time.UTC),
		Blocks: []sheet.Block{
			sheet.Paragraph(l.Say(proofSays)), l.ProofRows(p),
			sheet.Heading(l.Say(digests)), l.digestRows(p),
			sheet.Heading(l.Say(proofSignature)), sheet.Rows{{Label: l.Say(proofEd25519), Value: p.Signature[:half]}, {Value: p.Signature[half:]}},
			sheet.Paragraph(l.Say(proofHow)), sheet.Paragraph(l.Say(proofLimits)),
		},
	}
	if p.Kind == proof.Closure {
		made.Blocks = append(made.Blocks, sheet.Paragraph(l.Say(proofExport)), sheet.Paragraph(l.Say(proofErased)), sheet.Paragraph(l.Say(proofElsewhere)))
	}
	return made
}

// ProofFile is a name for the file of a proof, without its ending: it tells no
// person's name.
func (l Language) ProofFile(k proof.Kind) string { return l.Say(proofFiles[k]) }

var proofFiles = map[proof.Kind]Message{
	proof.HandOver: {"Carnet - preuve de remise", "Carnet - proof of hand-over"},
	proof.Closure:  {"preuve-cloture", "closure-proof"},
}
