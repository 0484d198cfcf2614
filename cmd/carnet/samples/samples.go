// Package samples makes the documents of the demonstration: an invented family,
// invented doctors, and the mark SPÉCIMEN on everything.
package samples

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"time"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"carnet/vault/exchange/sheet"
)

// File is a sample document.
type File struct {
	Name string
	Data []byte
}

const (
	person   = "Léa Exemple, née le 03/09/2019"
	specimen = "SPÉCIMEN : document inventé pour montrer le logiciel."
)

// Make gives ten files, the last one a duplicate of the first. They are the same
// for the same day.
func Make(now time.Time) ([]File, error) {
	day := func(before int) string { return now.AddDate(0, 0, -before).Format("02/01/2006") }
	sheets := []struct {
		name string
		page sheet.Sheet
	}{
		{"ordonnance.pdf", letter("Ordonnance", "Dr Paul Modèle, médecin généraliste", day(12),
			sheet.Items{Numbered: true, Lines: []string{"Paracétamol suspension buvable : une dose-poids toutes les 6 heures si fièvre, 3 jours.", "Sérum physiologique : lavage de nez matin et soir, 7 jours."}})},
		{"prise_de_sang.pdf", letter("Résultats d'analyses de biologie médicale", "Laboratoire d'analyses de la Place Imaginaire", day(30),
			sheet.Heading("Numération formule sanguine"),
			sheet.Rows{{Label: "Hémoglobine", Value: "12,4 g/dL (11,5 à 15,5)"}, {Label: "Leucocytes", Value: "8,1 G/L (5,0 à 13,0)"}, {Label: "Plaquettes", Value: "290 G/L (150 à 450)"}},
			sheet.Heading("Biochimie"),
			sheet.Rows{{Label: "Ferritine", Value: "41 µg/L (10 à 140)"}, {Label: "Glycémie", Value: "0,82 g/L (0,70 à 1,00)"}})},
		{"radio_poignet.pdf", letter("Compte rendu de radiographie du poignet gauche", "Cabinet de radiologie des Exemples", day(95),
			sheet.Paragraph("Technique : deux incidences. Résultat : pas de fracture visible. Conclusion : examen normal."))},
		{"lettre_hopital.pdf", letter("Lettre de liaison", "Hôpital Imaginaire, service de pédiatrie", day(200),
			sheet.Paragraph("Compte rendu d'hospitalisation. Entrée pour une bronchiolite, sortie au bout de deux jours. État satisfaisant à la sortie."))},
		{"vaccins_ecole.pdf", letter("Attestation de vaccination", "Dr Paul Modèle, médecin généraliste", day(60),
			sheet.Paragraph("Les vaccinations obligatoires pour l'entrée en collectivité ont été faites."))},
		{"certificat_sport.pdf", letter("Certificat médical", "Dr Paul Modèle, médecin généraliste", day(45),
			sheet.Paragraph("Je certifie avoir examiné l'enfant ce jour. Pas de contre-indication à la pratique de la natation."))},
	}
	var files []File
	for _, s := range sheets {
		s.page.Created = now.Truncate(24 * time.Hour)
		data, err := s.page.PDF()
		if err != nil {
			return nil, fmt.Errorf("samples: %w", err)
		}
		files = append(files, File{s.name, data})
	}
	scan, err := picture(620, 877, []string{"Devis dentaire", "Dr Anne Fictive, chirurgien-dentiste", person, "Scellement de sillons : 2 dents", "Le " + day(20), specimen})
	if err != nil {
		return nil, err
	}
	var photo, paper bytes.Buffer
	if err := jpeg.Encode(&photo, scan, &jpeg.Options{Quality: 80}); err != nil {
		return nil, fmt.Errorf("samples: %w", err)
	}
	if err := png.Encode(&paper, scan); err != nil {
		return nil, fmt.Errorf("samples: %w", err)
	}
	note := "Notes pour le pédiatre\n\nLe " + day(3) + " : dort mieux. Demander quand faire le prochain rappel.\n" + specimen + "\n"
	return append(files,
		File{"photo_devis_dentaire.jpg", photo.Bytes()},
		File{"scan_devis_dentaire.png", paper.Bytes()},
		File{"notes_pediatre.txt", []byte(note)},
		File{"copie_ordonnance.pdf", files[0].Data},
	), nil
}

// letter is a page with a letterhead.
func letter(title, from, day string, blocks ...sheet.Block) sheet.Sheet {
	head := []sheet.Block{
		sheet.Paragraph(from + ", 1 place Imaginaire, 00000 Exempleville"),
		sheet.Paragraph("Le " + day),
		sheet.Rows{{Label: "Patient", Value: person}},
	}
	return sheet.Sheet{Title: title, Language: "fr", Blocks: append(head, blocks...), Footer: specimen}
}

// picture draws lines of text on something like paper.
func picture(width, height int, lines []string) (image.Image, error) {
	parsed, err := opentype.Parse(goregular.TTF)
	if err != nil {
		return nil, fmt.Errorf("samples: %w", err)
	}
	face, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: 22, DPI: 72, Hinting: font.HintingFull})
	if err != nil {
		return nil, fmt.Errorf("samples: %w", err)
	}
	defer face.Close()
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		shade := uint8(250 - 12*y/height)
		draw.Draw(img, image.Rect(0, y, width, y+1), image.NewUniform(color.RGBA{shade, shade, shade - 8, 255}), image.Point{}, draw.Src)
	}
	pen := font.Drawer{Dst: img, Src: image.NewUniform(color.RGBA{30, 36, 60, 255}), Face: face}
	for i, line := range lines {
		pen.Dot = fixed.P(48, 90+i*54)
		pen.DrawString(line)
	}
	return img, nil
}
