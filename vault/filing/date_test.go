package filing

import (
	"strings"
	"testing"
	"time"
)

var today = Day{2026, time.November, 1}

func TestDate(t *testing.T) {
	far := strings.Repeat("Le texte continue sur plusieurs pages sans autre indication. ", 40)
	for _, c := range []struct {
		name, title, text, want string // want is empty when no date is likely
	}{
		// Forms.
		{"slashes", "", "Date : 14/03/2021", "2021-03-14"},
		{"dots", "", "Date : 14.03.2021", "2021-03-14"},
		{"hyphens, short", "", "Date : 14-03-21", "2021-03-14"},
		{"short, last century", "", "Date : 14/03/87", "1987-03-14"},
		{"short, to come", "", "Date : 14/03/28", ""},
		{"ISO", "", "Date : 2021-03-14", "2021-03-14"},
		{"one digit", "", "Date : 4/3/2021", "2021-03-04"},
		{"spaces", "", "Date : 14 / 03 / 2021", "2021-03-14"},
		{"month", "", "Lyon, le 14 mars 2021", "2021-03-14"},
		{"first", "", "Paris, le 1er avril 2020", "2020-04-01"},
		{"first, superscript", "", "Paris, le 1\u1d49\u02b3 avril 2020", "2020-04-01"},
		{"abbreviation", "", "le 3 févr. 2022", "2022-02-03"},
		{"capitals", "", "LYON, LE 3 AOÛT 2022", "2022-08-03"},
		{"decomposed", "", "le 3 aou\u0302t 2022", "2022-08-03"},
		{"no-break spaces", "", "le 14\u00a0décembre\u00a02021", "2021-12-14"},
		{"weekday", "", "Nîmes, le lundi 6 juin 2022", "2022-06-06"},
		{"printer of a laboratory", "", "Prélèvement du 12-MAI-2023", "2023-05-12"},
		{"printer, short", "", "Prélèvement du 12-MAI-23", "2023-05-12"},
		{"stuck together", "", "Lyon, le 14mars2021", "2021-03-14"},
		{"over two lines", "", "Lyon, le 14 mars\n2021", "2021-03-14"},
		{"English", "", "March 14, 2021", "2021-03-14"},
		{"English ordinal", "", "Date: March 14th, 2021", "2021-03-14"},
		{"English, day first", "", "Seen on the 14th of March 2021", "2021-03-14"},
		{"month first, one reading", "", "Date: 03/14/2021", "2021-03-14"},
		{"leap day", "", "Date : 29/02/2024", "2024-02-29"},

		// Not dates.
		{"no leap day", "", "Date : 29/02/2023", ""},
		{"month 13", "", "Réf. 13/13/2021", ""},
		{"telephone", "", "Tél. 01.02.03.04.05", ""},
		{"telephone with hyphens", "", "Tél. 04-12-11-20-21", ""},
		{"blood pressure", "", "TA 12/8, pouls 70", ""},
		{"month alone", "", "Ordonnance de mars 2021", ""},
		{"numbers in a text", "", "Dossier 20230512", ""},
		{"to come", "", "Le 3 mars 2031", ""},
		{"empty", "", "", ""},

		// Births.
		{"born", "", "Mme DUPONT née le 02/07/1981\nLyon, le 14 mars 2023", "2023-03-14"},
		{"born, both endings", "", "Né(e) le : 02/07/1981", ""},
		{"born somewhere", "", "né à Lyon le 2 juillet 1981", ""},
		{"born somewhere, with a comma", "", "Née à Lyon, le 2 juillet 1981", ""},
		{"born, over two lines", "", "M. Jean BLANC, né\nle 2 juillet 1951", ""},
		{"date of birth", "", "Date de naissance : 02/07/1981   Date de l'examen : 12/05/2023", "2023-05-12"},
		{"date of birth above", "", "Date de naissance\n02/07/1981\nDate de prélèvement\n12/05/2023", "2023-05-12"},
		{"place of birth too", "", "Date et lieu de naissance : 02/07/1981 à Lyon", ""},
		{"name of birth", "", "Nom de naissance : DURAND\nLe 12/05/2023", "2023-05-12"},
		{"DDN", "", "BLANC Jean DDN 02/07/51 - Consultation du 12/05/2023", "2023-05-12"},
		{"DOB", "", "DOB: 07/02/1981. Report date: 12 May 2023", "2023-05-12"},
		{"same day again without a label", "2023-05-12 BLANC.pdf", "BLANC Jean 02/07/1951\nNé le 02/07/1951", "2023-05-12"},
		{"age after it", "", "BLANC Jean 02/07/1951 (72 ans)", ""},
		{"unlabelled beside the day", "", "BLANC Jean 02/07/1951 12/05/2023", "2023-05-12"},

		// Limits and laws.
		{"validity", "", "Carte valable du 01/01/2024 au 31/12/2024", ""},
		{"until", "", "Arrêt jusqu'au 21/03/2021 inclus\nFait à Lyon, le 14/03/2021", "2021-03-14"},
		{"expiry", "", "Date d'expiration : 31/12/2025", ""},
		{"lot", "", "Lot A21CD exp. 31/12/2024, injecté, vaccination du 12/05/2023", "2023-05-12"},
		{"law", "", "Conformément à la loi n° 78-17 du 6 janvier 1978", ""},
		{"decree", "", "Décret n° 2018-20 du 17 janvier 2018 relatif au service", ""},
		{"European rule", "", "Règlement (UE) 2016/679 du 27 avril 2016", ""},
		{"law beside the date", "", "Lyon, le 14 mars 2021\nEn vertu de la loi du 4 mars 2022, vous avez un droit d'accès.", "2021-03-14"},
		{"law order", "", "Ordonnance n° 2018-20 du 17 janvier 2018", ""},
		{"law order by number", "", "Prescription conforme à l'arrêté du 3 mai 2022\nFait le 2 avril 2021", "2021-04-02"},

		// Several dates.
		{"history", "", "Nîmes, le 6 juin 2022\nCher Confrère,\nM. Blanc, opéré le 03/02/2015, va bien.", "2022-06-06"},
		{"history alone", "", "Patient opéré le 03/02/2015", ""},
		{"results before", "", "Prélevé le 12/05/2023 à 08h10\nRésultats antérieurs 03/06/2024", "2023-05-12"},
		{"printed later", "", "Prélèvement du 12/05/2023\nÉdité le 15/05/2023", "2023-05-12"},
		{"next appointment", "", "Consultation du 12/05/2023. Prochain rendez-vous le 12/11/2023", "2023-05-12"},
		{"appointment alone", "", "Rendez-vous le 12/05/2023", "2023-05-12"},
		{"stay", "", "Hospitalisation du 3 mars 2021 au 10 mars 2021", "2021-03-10"},
		{"sick leave", "", "Arrêt de travail du 14/03/2021 au 21/03/2021", "2021-03-14"},
		{"vaccination page", "", "Date Vaccin Lot\n12/05/2019 HEXA A21\n14/09/2019 ROR K88", "2019-09-14"},
		{"signed at the end", "", far + "\nFait à Lyon, le 14 mars 2021", "2021-03-14"},
		{"beginning before the rest", "", "14/03/2021\n" + far + "Contrôle du scanner du 3 mai 2022", "2021-03-14"},
		{"updated form", "", "Modèle mis à jour, version du 01/01/2022\nLe 14 mars 2021", "2021-03-14"},

		// Titles.
		{"title ISO", "2023-05-12_ordonnance.pdf", "", "2023-05-12"},
		{"title scan", "scan_20230512.pdf", "", "2023-05-12"},
		{"title camera", "IMG_20230512_101500.jpg", "", "2023-05-12"},
		{"title telephone", "PXL_20230512_101500123.jpg", "", "2023-05-12"},
		{"title message", "IMG-20230512-WA0003.jpg", "", "2023-05-12"},
		{"title day first", "labo_14032021.pdf", "", "2021-03-14"},
		{"title underscores", "2021_03_14 radio.png", "", "2021-03-14"},
		{"title spaces", "CR 14 03 2021.pdf", "", "2021-03-14"},
		{"title dots", "Ordonnance 14.03.21.pdf", "", "2021-03-14"},
		{"title with a number first", "Facture-123-14-03-2021.pdf", "", "2021-03-14"},
		{"title month", "bilan sanguin 1er avril 2020.pdf", "", "2020-04-01"},
		{"title stamp", "20230512101500.pdf", "", "2023-05-12"},
		{"title to come", "2031-05-12.pdf", "", ""},
		{"title number", "dossier 99999999.pdf", "", ""},
		{"title month only", "ordonnance mars 2021.pdf", "", ""},
		{"title against a stated date", "scan_20230512.pdf", "Lyon, le 14 mars 2021", "2021-03-14"},
		{"title against the copy", "IMG_20230512.jpg", "Docteur Petit\n14/03/2021", "2021-03-14"},
		{"title against history", "2023-05-12_CR.pdf", "Antécédents : opéré le 03/02/2015", "2023-05-12"},
		{"title against a body date", "2023-05-12 CRH.pdf", far + " IRM réalisée le 03/02/2023", "2023-05-12"},

		// Written after the rules, to see what they did not foresee.
		{"further 1", "", "LABORATOIRE DES QUAIS\nMme DUPONT Anne\nNée le 02/07/1981 (41 ans)\nDemande n° 230512-0141 du 12/05/2023\nPrélevé le 12/05/2023 08:10\nÉdité le 13/05/2023", "2023-05-12"},
		{"further 2", "", "Patient : BLANC Jean Sexe : M Né(e) le : 02/07/1951\nExamen réalisé le : 03/06/2022\nCOMPARAISON : scanner du 12/01/2021", "2022-06-03"},
		{"further 3", "", "Docteur Roux\n01 02 03 04 05\nValence, le vendredi 3 juin 2022\nAntécédents : infarctus le 4 mai 2010", "2022-06-03"},
		{"further 4", "", "FACTURE n° 2023-11-05-002 du 05/11/2023\nDate d'échéance : 05/12/2023", "2023-11-05"},
		{"further 5", "", "Carte européenne d'assurance maladie\nDate de naissance 02/07/1981\nDate d'expiration 03/06/2025", ""},
		{"further 6", "", "Je soussigné, Dr Girard, certifie avoir examiné ce jour, 14 septembre 2022, l'enfant Léa née le 3 mars 2014", "2022-09-14"},
		{"further 7", "", "Service de pédiatrie\nDate d'entrée : 03/05/2023\nDate de sortie : 05/05/2023", "2023-05-05"},
		{"further 8", "", "Date des dernières règles : 01/02/2023. Terme prévu le 10/11/2023. Échographie du 20/04/2023", "2023-04-20"},
		{"further 9", "Vaccin Léa 12.05.2019.jpg", "", "2019-05-12"},
		{"further 10", "", "Compte rendu du 12 mai 2023 à 14h30\nDicté le 13/05/2023", "2023-05-12"},
		{"further 11", "", "N° Sécurité sociale 2 81 07 69 123 456 78\nDate : 2/4/2020", "2020-04-02"},
		{"further 12", "", "Valable 12 mois à compter du 14/03/2021", ""},
		{"further 13", "", "Ordonnance du 14/03/2021 valable un an", "2021-03-14"},
		{"further 14", "", "Traitement depuis le 14 mars 2015 ; vu ce jour le 2 avril 2022", "2022-04-02"},
		{"further 15", "", "Version 2.1.2021 du formulaire", ""},
		{"further 16", "", "Lyon le 14.3.2021\nConcerne : M. Blanc", "2021-03-14"},
		{"further 17", "", "Printed 12 Jun 2023. Collected: 10 Jun 2023. Date of birth: 1 Jan 1980", "2023-06-10"},
		{"further 18", "Scanner thoracique 2023-05-12.pdf", "Technique : hélice", "2023-05-12"},
		{"further 19", "", "Article L. 1111-11 du code de la santé publique, loi du 2 février 2016\nFait à Nantes le 3 mai 2024", "2024-05-03"},
		{"further 20", "", "Période du 01/03/2023 au 31/03/2023\nRelevé édité le 04/04/2023", "2023-04-04"},
	} {
		got, ok := Date(c.title, c.text, today)
		s := ""
		if ok {
			s = got.String()
		}
		if s != c.want {
			t.Errorf("%s: got %q, want %q", c.name, s, c.want)
		}
	}
}

func TestDateNotAfter(t *testing.T) {
	const text = "Lyon, le 14 mars 2021"
	if d, ok := Date("", text, Day{2021, time.March, 14}); !ok || d != (Day{2021, time.March, 14}) {
		t.Errorf("the day itself: %v, %t", d, ok)
	}
	for _, limit := range []Day{{2021, time.March, 13}, {}} {
		if d, ok := Date("", text, limit); ok || d != (Day{}) {
			t.Errorf("not after %v: %v, %t", limit, d, ok)
		}
	}
}

func TestDay(t *testing.T) {
	d := Day{2021, time.March, 4}
	if d.String() != "2021-03-04" {
		t.Error(d)
	}
	for _, other := range []Day{{2022, time.January, 1}, {2021, time.April, 1}, {2021, time.March, 5}} {
		if d.Compare(other) != -1 || other.Compare(d) != 1 || d.Compare(d) != 0 {
			t.Errorf("compare %v and %v", d, other)
		}
	}
	for _, bad := range []Day{{}, {2021, 0, 1}, {2021, 13, 1}, {2021, 2, 29}, {1900, 2, 29}, {2021, 4, 31}, {2021, 4, 0}, {1899, 12, 31}, {10000, 1, 1}} {
		if bad.Valid() {
			t.Errorf("%v is valid", bad)
		}
	}
}
