package text

// Files in a document that came structured.
var (
	DocumentInside = Word{FR: "interieur", EN: "inside", Help: Message{"Liste les fichiers dans un document, en enregistre un, ou le garde à part", "Lists the files in a document, saves one, or keeps it as one of its own"},
		Long: Message{`Liste les fichiers qu'un document contient (le PDF d'un CDA de niveau 1, par exemple). Avec un numéro, --to l'enregistre hors du coffre, en clair, et --keep en fait un document à part, relié au premier.
Le document d'origine reste tel quel, octet pour octet.`,
			`Lists the files that a document holds (the PDF of a CDA of level 1, for instance). With a number, --to saves it outside the vault, in the clear, and --keep makes it a document of its own, linked to the first.
The original document stays as it is, byte for byte.`}, Usage: Message{"ID [NUMÉRO]", "ID [NUMBER]"}}
	OptInsideKeep = Message{"garde le fichier comme un document à part", "keeps the file as a document of its own"}
	InsideNumber  = Message{"%3d  %s", "%3d  %s"}
	InsideSaved   = Message{"Fichier enregistré, non chiffré : %s", "File saved, not encrypted: %s"}
	InsideKept    = Message{"Gardé à part : %s", "Kept as one of its own: %s"}
	InsideThere   = Message{"Ce fichier est déjà un document du coffre : %s", "This file is a document of the vault already: %s"}
	NothingInside = Message{"Aucun fichier dans ce document.", "No file in this document."}

	KeepInside    = Message{"Garder à part le fichier du document", "Keep the file in the document apart"}
	SaveInside    = Message{"Enregistrer le fichier du document", "Save the file in the document"}
	NoPagesInside = Message{"Ce document n'a pas de fichier avec des pages.", "This document has no file with pages."}
	InsideIsKept  = Message{"Fichier du document gardé à part", "File in the document kept apart"}
	InsideIsThere = Message{"Ce fichier est déjà dans le coffre.", "This file is in the vault already."}
	ComesFrom     = Message{"Vient du document : %s", "Comes from the document: %s"}
	KeptApart     = Message{"Fichier gardé à part : %s", "File kept apart: %s"}
	LabelFrom     = Message{"Vient de", "Comes from"}
)
