package text

// Scanning with the scanners of the system.
var (
	DocumentScan = Word{FR: "numeriser", EN: "scan", Help: Message{"Numérise des pages avec un scanner et en fait un document", "Scans pages with a scanner and makes a document of them"},
		Long: Message{`Numérise des pages avec un scanner que connaît le système (SANE, le programme scanimage) et en fait un seul document.
--list-devices liste les scanners. Avec --source adf, toutes les feuilles du chargeur sont prises, une page chacune, jusqu'à --pages.
Les pages passent du scanner au coffre sans fichier en clair. Ctrl+C arrête : rien n'est alors ajouté.`,
			`Scans pages with a scanner that the system knows (SANE, the program scanimage) and makes one document of them.
--list-devices lists the scanners. With --source adf all sheets of the feeder are taken, a page each, up to --pages.
The pages go from the scanner into the vault without a file in clear. Ctrl+C stops: nothing is added then.`}}
	OptDevice      = Message{"scanner, par le nom que donne --list-devices ; inutile s'il n'y en a qu'un", "scanner, by the name that --list-devices gives; not needed when there is one"}
	OptResolution  = Message{"finesse en points par pouce, de 50 à 600", "resolution in dots an inch, from 50 to 600"}
	OptMode        = Message{"gray, color ou lineart (noir et blanc)", "gray, color or lineart (black and white)"}
	OptScanFrom    = Message{"flatbed (la vitre) ou adf (le chargeur)", "flatbed (the glass) or adf (the feeder)"}
	OptPages       = Message{"nombre de pages, 40 au plus", "number of pages, 40 at most"}
	OptListDevices = Message{"liste les scanners, sans ouvrir le coffre", "lists the scanners, without opening the vault"}

	ScanDevice   = Message{"%s  %s", "%s  %s"}
	ScannedPage  = Message{"Page %d : %d %%", "Page %d: %d %%"}
	ScannedOne   = Message{"%d page numérisée.", "%d page scanned."}
	ScannedMany  = Message{"%d pages numérisées.", "%d pages scanned."}
	ScannedTitle = Message{"Document numérisé", "Scanned document"}

	ScanMissing      = Message{"Il manque à cet ordinateur le programme qui numérise (scanimage, de SANE).", "This computer lacks the program that scans (scanimage, of SANE)."}
	installScanimage = Message{"Sous Debian ou Ubuntu : sudo apt install sane-utils. Sous Fedora : sudo dnf install sane-backends. Sous macOS : brew install sane-backends. Ailleurs, numérisez avec le logiciel du scanner vers un dossier surveillé.", "On Debian or Ubuntu: sudo apt install sane-utils. On Fedora: sudo dnf install sane-backends. On macOS: brew install sane-backends. Elsewhere, scan with the scanner's own program into a watched folder."}

	ScanVerb      = Message{"Numériser", "Scan"}
	ScanLooking   = Message{"Recherche des scanners.", "Looking for scanners."}
	ScanText      = Message{"Posez la feuille sur la vitre, ou les feuilles dans le chargeur. Chaque page est à vérifier avant d'être gardée, et va dans le coffre sans fichier en clair.", "Lay the sheet on the glass, or the sheets into the feeder. Each page is to be checked before it is kept, and goes into the vault without a file in clear."}
	ScanWhich     = Message{"Scanner", "Scanner"}
	ScanWith      = Message{"Scanner : %s", "Scanner: %s"}
	ScanColours   = Message{"Couleurs", "Colours"}
	ScanGray      = Message{"Gris", "Grey"}
	ScanColor     = Message{"Couleur", "Colour"}
	ScanLineart   = Message{"Noir et blanc", "Black and white"}
	ScanFineness  = Message{"Finesse, en points par pouce", "Resolution, in dots an inch"}
	ScanSource    = Message{"D'où viennent les feuilles", "Where the sheets come from"}
	ScanGlass     = Message{"Vitre, une page", "Glass, one page"}
	ScanFeeder    = Message{"Chargeur, toutes les feuilles", "Feeder, all sheets"}
	ScanStart     = Message{"Commencer à numériser", "Begin to scan"}
	ScanRunning   = Message{"Numérisation", "Scanning"}
	ScanStop      = Message{"Arrêter la numérisation", "Stop scanning"}
	ScanNothing   = Message{"Rien n'est encore gardé.", "Nothing is kept yet."}
	ScanAnother   = Message{"Numériser une autre page", "Scan another page"}
	ScanStopped   = Message{"La numérisation est arrêtée. Rien n'a été ajouté.", "Scanning was stopped. Nothing was added."}
	ReviewScanned = Message{"Chaque page numérisée devient une page du document. Rien n'est encore gardé.", "Each scanned page becomes a page of the document. Nothing is kept yet."}
)
