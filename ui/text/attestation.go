package text

import (
	"carnet/vault/exchange/sheet"
	"carnet/vault/record"
)

// The attestation of a carer.
var (
	MemberAttestation = Word{FR: "attestation", EN: "attestation", Help: Message{"Vérifie l'attestation d'un aidant", "Verifies the attestation of a carer"},
		Long: Message{"Vérifie que l'attestation d'un aidant, rangée parmi les documents de la personne, est celle qui a été signée quand l'accès a été donné.", "Verifies that the attestation of a carer, which lies among the person's documents, is the one that was signed when the role was given."}, Usage: Message{"NOM", "NAME"}}
	AttestationGood   = Message{"L'attestation est celle qui a été signée.", "The attestation is the one that was signed."}
	AttestationBad    = Message{"Le document manque, ou n'est pas celui qui a été signé. L'accès reste donné ; retirez-le et donnez-le de nouveau pour une nouvelle attestation.", "The document is missing, or is not the one that was signed. The role still holds; take it away and give it again for a new attestation."}
	AttestationOf     = Message{"Attestation : %s", "Attestation: %s"}
	AttestationSigned = Message{"Signée par %s le %s.", "Signed by %s on %s."}
	AttestationNobody = Message{"une personne qui n'a plus accès à ce carnet", "somebody who has no part in this record any more"}

	attestationTitle   = Message{"Attestation d'aidant", "Carer's attestation"}
	attestationFile    = Message{"Attestation d'aidant %s.pdf", "Carer's attestation %s.pdf"}
	attestationSays    = Message{"%s donne à %s accès au carnet de santé de %s, né(e) le %s, dans le coffre de la famille.", "%s gives %s a part in the health record of %s, born on %s, in the family's vault."}
	attestationPerson  = Message{"Personne aidée", "Person helped"}
	attestationCarer   = Message{"Aidant", "Carer"}
	attestationBy      = Message{"Accès donné par", "Role given by"}
	attestationRole    = Message{"Rôle", "Role"}
	attestationDay     = Message{"Le", "On"}
	attestationMay     = Message{"Ce que l'aidant peut faire", "What the carer may do"}
	attestationReads   = Message{"Lire les documents et le profil médical qui ne lui sont pas masqués.", "Read the documents and the medical profile that are not hidden from them."}
	attestationAdds    = Message{"Ajouter des documents et des informations, et corriger ce qui est dit.", "Add documents and information, and correct what is said."}
	attestationLeaves  = Message{"Quitter ce rôle à tout moment.", "Leave this role at any time."}
	attestationNever   = Message{"Ce que l'aidant ne peut jamais faire", "What the carer may never do"}
	attestationClose   = Message{"Fermer ou effacer le carnet.", "Close or erase the record."}
	attestationExport  = Message{"Exporter les documents.", "Export the documents."}
	attestationShare   = Message{"Donner accès à une autre personne.", "Give somebody else a part in it."}
	attestationEnd     = Message{"Fin de l'accès", "End of the role"}
	attestationRevoke  = Message{"L'aidant comme la personne qui a donné l'accès y mettent fin quand ils le veulent, sans motif. Ce qui a été lu ou copié ne peut pas être repris.", "The carer as well as the one who gave the role end it whenever they wish, without a reason. What was read or copied cannot be taken back."}
	attestationLimits  = Message{"Une personne a trois aidants au plus, et un aidant cinq personnes.", "A person has three carers at most, and a carer five persons."}
	attestationProof   = Message{"Ce document est signé par le coffre : sa somme de contrôle est dans l'opération qui donne l'accès, signée avec la clé de l'appareil. Carnet la vérifie.", "This document is signed by the vault: its checksum is in the operation that gives the role, signed with the key of the device. Carnet verifies it."}
	attestationPrivate = Message{"C'est un accord entre proches. Il ne donne aucun droit auprès d'une administration ni d'un service public.", "This is an agreement between people close to each other. It gives no right before any authority or public service."}
)

// Attest writes the attestation of a carer as PDF, with a name for the file; it is
// what a vault asks for.
func (l Language) Attest(d record.Delegation) (name string, pdf []byte, err error) {
	pdf, err = l.attestation(d).PDF()
	return l.Say(attestationFile, d.Carer.Name), pdf, err
}

func (l Language) attestation(d record.Delegation) *sheet.Sheet {
	may := []string{l.Say(attestationReads)}
	if d.Role == record.RoleCarerAdds {
		may = append(may, l.Say(attestationAdds))
	}
	at := d.At.Time()
	return &sheet.Sheet{
		Title: l.Say(attestationTitle), Language: l.Tag(), Footer: l.Say(Independence), Created: at,
		Blocks: []sheet.Block{
			sheet.Paragraph(l.Say(attestationSays, d.By.Name, d.Carer.Name, d.Patient.Name, l.Day(d.Patient.Birth))),
			sheet.Rows{
				{Label: l.Say(attestationPerson), Value: d.Patient.Name}, {Label: l.Say(attestationCarer), Value: d.Carer.Name},
				{Label: l.Say(attestationRole), Value: l.Say(Role(d.Role))}, {Label: l.Say(attestationBy), Value: d.By.Name},
				{Label: l.Say(attestationDay), Value: l.Date(at) + at.Format(" 15:04")},
			},
			sheet.Heading(l.Say(attestationMay)), sheet.Items{Lines: append(may, l.Say(attestationLeaves))},
			sheet.Heading(l.Say(attestationNever)), sheet.Items{Lines: []string{l.Say(attestationClose), l.Say(attestationExport), l.Say(attestationShare)}},
			sheet.Heading(l.Say(attestationEnd)), sheet.Paragraph(l.Say(attestationRevoke)), sheet.Paragraph(l.Say(attestationLimits)),
			sheet.Paragraph(l.Say(attestationProof)), sheet.Paragraph(l.Say(attestationPrivate)),
		},
	}
}

// SignedBy says who signed an attestation, and when.
func (l Language) SignedBy(a record.Attestation) string {
	by := a.By.Name
	if by == "" {
		by = l.Say(AttestationNobody)
	}
	at := a.At.Time()
	return l.Say(AttestationSigned, by, l.Date(at)+at.Format(" 15:04"))
}
