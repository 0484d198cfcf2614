package text

// Several documents in one file.
var (
	OptForm          = Message{"un seul fichier : pdf, zip ou age (un zip scellé)", "one single file: pdf, zip or age (a sealed zip)"}
	ExportedTogether = Message{"Documents dans un seul fichier : %d. %s", "Documents in one file: %d. %s"}

	TogetherVerb   = Message{"Exporter la sélection en un fichier...", "Export the selection as one file..."}
	TogetherTitle  = Message{"Exporter %d documents en un seul fichier", "Export %d documents as one file"}
	TogetherClear  = Message{"En clair, quiconque a le fichier peut le lire", "In clear, whoever has the file can read it"}
	TogetherMeans  = Message{"Un PDF : toutes les pages à la suite, en images ; leur texte ne s'y cherche pas. Un zip : les fichiers d'origine.", "A PDF: all pages one after the other, as pictures; their text cannot be searched. A zip: the original files."}
	TogetherSealed = Message{"Protégé par une phrase secrète : le zip, que le programme age ouvre avec elle. Dites-la de vive voix.", "Protected by a passphrase: the zip, which the age program opens with it. Tell it aloud."}
	TogetherPDF    = Message{"Un PDF, en clair", "A PDF, in clear"}
	TogetherZip    = Message{"Un zip, en clair", "A zip, in clear"}
	TogetherAge    = Message{"Un fichier protégé", "A protected file"}
	TogetherPhrase = Message{"Phrase secrète du fichier protégé", "Passphrase of the protected file"}
	TogetherMaking = Message{"Export en un fichier : %d sur %d", "Exporting as one file: %d of %d"}
	TogetherDone   = Message{"Exporté en un fichier : %s", "Exported as one file: %s"}
)
