package ui

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"carnet/cmd/carnet/samples"
	"carnet/ui/text"
	"carnet/vault/record"
)

// letterCDA is a letter of the hospital with an allergy and a weight, for somebody
// with a day of birth.
func letterCDA(p record.Patient) string {
	return `<?xml version="1.0" encoding="UTF-8"?><ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<id root="1.2.3"/><code code="11490-0" codeSystem="2.16.840.1.113883.6.1"/><title>Lettre de sortie</title><effectiveTime value="20250304"/>
<recordTarget><patientRole><patient><name><given>` + p.Name + `</given></name><birthTime value="` + strings.ReplaceAll(p.Birth, "-", "") + `"/></patient></patientRole></recordTarget>
<author><assignedAuthor><id root="1.2.250.1.71.4.2.1" extension="801"/><assignedPerson><name><family>DURAND</family><given>Anne</given><suffix>DR</suffix></name></assignedPerson></assignedAuthor></author>
<component><structuredBody><component><section><code code="48765-2" codeSystem="2.16.840.1.113883.6.1"/><title>Allergies et mesures</title><text><paragraph>Gonflement des lèvres après des arachides.</paragraph>
<table><thead><tr><th>Mesure</th><th>Valeur</th><th>Jour</th></tr></thead><tbody><tr><td>Poids</td><td>61,5 kg</td><td>2 mars 2025</td></tr></tbody></table></text>
<entry><act moodCode="EVN"><statusCode code="active"/><entryRelationship><observation moodCode="EVN"><value displayName="Arachide"/></observation></entryRelationship></act></entry>
<entry><observation moodCode="EVN"><code code="29463-7" codeSystem="2.16.840.1.113883.6.1"/><effectiveTime value="20250302"/><value xsi:type="PQ" value="61.5" unit="kg"/></observation></entry>
</section></component></structuredBody></component></ClinicalDocument>`
}

// atLetter opens the documents with a letter that came structured among them.
func atLetter(t *testing.T) *user {
	t.Helper()
	u := atDocuments(t)
	u.Dropped(u.write(samples.File{Name: "scan 7.xml", Data: []byte(letterCDA(u.open.Person()))}))
	u.settle()
	u.press(text.FileInto, "Léa")
	u.until("the letter filed by what it says", func() bool { return slices.Contains(u.rows(), "Lettre de sortie") })
	u.until("the outcome", func() bool { return u.mayRead("1 document ajouté") })
	u.press(text.Close)
	return u
}

// TestProposeForProfile: the letter is read on screen, what it suggests stands beside
// the profile, nothing enters without a tick, and what entered is taken back.
func TestProposeForProfile(t *testing.T) {
	u := atLetter(t)
	before := len(u.profile())
	u.at("Lettre de sortie")
	u.key(fyne.KeyReturn)
	u.reads("Gonflement des lèvres après des arachides.", "Dr Anne DURAND", u.Say(text.ReadingIsKept))
	u.command(text.ProposeForProfile)
	u.reads(u.Say(text.ProposedHelp))
	u.press(text.AddTicked)
	u.reads(u.Say(text.NothingTicked))
	if all := u.profile(); len(all) != before {
		t.Fatalf("%d entries without a tick", len(all)-before)
	}
	u.press(text.TickAll)
	u.press(text.AddTicked)
	u.until("both entries", func() bool { return len(u.profile()) == before+2 })
	letter := u.document("Lettre de sortie").ID
	n := 0
	for _, e := range u.profile() {
		if e.Source == record.SourceProfessional && e.Document == letter {
			n++
		}
	}
	if n != 2 {
		t.Errorf("%d entries say where they come from", n)
	}
	u.command(text.ProposeForProfile)
	u.reads(u.Say(text.ProfileHasIt, "Arachide"+text.Between+"actuelle"))
	u.key(fyne.KeyEscape)
	u.undo()
	u.until("both taken back", func() bool { return len(u.profile()) == before })
}

// profile are the entries of the person shown, without the bin.
func (u *user) profile() []record.Entry {
	u.t.Helper()
	all, err := u.open.Vault.Entries(u.open.Person().ID)
	if err != nil {
		u.t.Fatal(err)
	}
	return slices.DeleteFunc(all, func(e record.Entry) bool { return e.RemovedAt != 0 })
}

// TestScreenshotsOfReading draws a letter that came structured, and what it suggests.
func TestScreenshotsOfReading(t *testing.T) {
	dir := screenshots(t)
	a := &album{user: atLetter(t), dir: dir}
	a.resize(leastWidth, leastHeight)
	a.at("Lettre de sortie")
	a.key(fyne.KeyReturn)
	a.take("lire-document")
	a.command(text.ProposeForProfile)
	a.take("proposer-profil")
}
