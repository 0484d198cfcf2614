package text

// Reading scans and photographs.
var (
	ReadingTitle   = Message{"Lecture des scans et des photos", "Reading scans and photos"}
	ReadingKept    = Message{"Leur texte pourra être cherché. Tout se passe sur cet ordinateur ; la lecture peut être arrêtée et reprendra plus tard.", "Their text can be searched then. All of it happens on this computer; reading can be stopped and goes on later."}
	StopReading    = Message{"Arrêter la lecture", "Stop reading"}
	ReadingSection = Message{"Texte des scans et des photos", "Text of scans and photos"}
	ReadingText    = Message{"Carnet peut lire le texte des scans et des photos, pour le chercher et proposer une catégorie. Il le fait sur cet ordinateur, pendant que vous continuez, avec le logiciel libre Tesseract.", "Carnet can read the text of scans and photos, to search it and to suggest a category. It does so on this computer, while you go on, with the free program Tesseract."}
	ReadingOn      = Message{"Lire les scans et les photos", "Read scans and photos"}
	ReadingReady   = Message{"Tesseract est installé sur cet ordinateur.", "Tesseract is installed on this computer."}
	ReadingMissing = Message{"Tesseract n'est pas installé sur cet ordinateur, ou pas en français : les scans et les photos sont gardés et montrés, leur texte n'est pas lu.", "Tesseract is not installed on this computer, or not for French: scans and photos are kept and shown, their text is not read."}
	ReadingLater   = Message{"Carnet le trouvera à la prochaine ouverture du coffre.", "Carnet will find it when the vault is opened next."}

	OptNoReading = Message{"ne lit pas le texte des scans et des photos", "does not read the text of scans and photos"}
	DocumentRead = Word{FR: "lire", EN: "read", Help: Message{"Lit un document qui est arrivé structuré, ou le texte des scans et des photos qui attendent", "Reads a document that came structured, or the text of the scans and photos that wait"}, Usage: Message{"[ID]", "[ID]"},
		Long: Message{"Avec un identifiant, lit un document CDA, XDM ou FHIR, ou un calendrier (.ics) : ce qu'il dit, ce qu'il contient, ce qu'il propose pour le profil.\nSans identifiant, lit le texte des scans et des photos qui attendent, avec le tesseract de cet ordinateur ; leur texte peut être cherché ensuite.\nCtrl+C arrête : ce qui est lu est gardé, le reste attend.",
			"With an id, reads a CDA, XDM or FHIR document, or a calendar (.ics): what it says, what is in it, what it suggests for the profile.\nWithout one, reads the text of the scans and photos that wait, with the tesseract of this computer; their text can be searched then.\nCtrl+C stops: what was read is kept, the rest waits."}}
	ReadOne      = Message{"%d scan ou photo lu.", "%d scan or photo read."}
	ReadMany     = Message{"%d scans ou photos lus.", "%d scans or photos read."}
	StillWaiting = Message{"Scans et photos qui attendent d'être lus : %d.", "Scans and photos that wait to be read: %d."}
)

var installTesseract = Message{"Installez le logiciel libre Tesseract avec le français, puis recommencez.", "Install the free program Tesseract with French, then start again."}

// TesseractAdvice says how to get the program that reads pictures, by the name of
// the system as [runtime.GOOS] has it.
func TesseractAdvice(system string) Message {
	if m, ok := tesseractAdvice[system]; ok {
		return m
	}
	return Message{"Installez Tesseract avec le français.", "Install Tesseract with French."}
}

var tesseractAdvice = map[string]Message{
	"linux":   {"Debian, Ubuntu : sudo apt install tesseract-ocr tesseract-ocr-fra. Fedora : sudo dnf install tesseract tesseract-langpack-fra.", "Debian, Ubuntu: sudo apt install tesseract-ocr tesseract-ocr-fra. Fedora: sudo dnf install tesseract tesseract-langpack-fra."},
	"darwin":  {"Avec Homebrew : brew install tesseract tesseract-lang.", "With Homebrew: brew install tesseract tesseract-lang."},
	"windows": {"Dans un terminal : winget install UB-Mannheim.TesseractOCR, en cochant le français parmi les langues.", "In a terminal: winget install UB-Mannheim.TesseractOCR, ticking French among the languages."},
}
