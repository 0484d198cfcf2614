package text

// The diary, in the window and on the command line.
var (
	AgendaTitle = Message{"Agenda", "Diary"}
	AgendaHelp  = Message{
		"L'agenda tient les rendez-vous de santé de la personne, et rappelle ce que les calendriers prévoient pour elle. Ajoutez un rendez-vous avec son jour, et son heure si vous la connaissez ; ou prenez ceux d'un fichier de calendrier (.ics), comme en donnent les cabinets, les sites de réservation et les téléphones. « Enregistrer pour un autre agenda » écrit un fichier .ics que tout agenda sait lire, sans dire pour quoi ni chez qui, sauf si vous le demandez.",
		"The diary holds the person's health appointments, and reminds of what the calendars plan for them. Add an appointment with its day, and its time if you know it; or take those of a calendar file (.ics), such as practices, booking sites and telephones give. \"Save for another calendar\" writes an .ics file that every calendar can read, without saying what for or with whom, unless you ask for it.",
	}
	AgendaOf        = Message{"Les rendez-vous de %s, et ce qui est à prévoir.", "The appointments of %s, and what is to be planned."}
	AgendaAhead     = Message{"À venir", "To come"}
	AgendaEmpty     = Message{"Aucun rendez-vous. Les rappels d'examens et de vaccins apparaîtront ici.", "No appointment. Reminders of examinations and vaccinations will appear here."}
	AgendaReminders = Message{"Rappels", "Reminders"}
	AgendaOver      = Message{"Passés ou annulés (%d)", "Over or cancelled (%d)"}
	AgendaNext      = Message{"Prochain rendez-vous", "Next appointment"}
	AgendaSee       = Message{"Voir l'agenda", "See the diary"}
	AddAppointment  = Message{"Ajouter un rendez-vous", "Add an appointment"}
	TakeCalendar    = Message{"Prendre un calendrier (.ics)", "Take a calendar (.ics)"}
	SaveCalendar    = Message{"Enregistrer pour un autre agenda (.ics)", "Save for another calendar (.ics)"}
	MomentHint      = Message{"Le jour, et l'heure si elle est connue : 03/12/2026 14:30", "The day, and the time if it is known: 03/12/2026 14:30"}

	SaveCalendarAsk = Message{
		"Un agenda se montre souvent à d'autres. Sans détails, chaque ligne dit seulement « rendez-vous de santé », avec le jour et l'heure. Avec les détails, elle dit aussi pour quoi, avec qui et où. Le fichier n'est pas chiffré.",
		"A calendar is often shown to others. Without details, each line only says \"health appointment\", with the day and the time. With details, it also says what for, with whom and where. The file is not encrypted.",
	}
	WithoutDetails   = Message{"Sans détails", "Without details"}
	WithDetails      = Message{"Avec les détails", "With details"}
	CalendarFileName = Message{"agenda-sante", "health-diary"}
	NoAppointments   = Message{"Il n'y a aucun rendez-vous à enregistrer.", "There is no appointment to save."}
	CalendarTaken    = Message{"Rendez-vous ajoutés : %d, changés : %d, déjà dans l'agenda : %d. Le calendrier est gardé dans les documents.", "Appointments added: %d, changed: %d, in the diary already: %d. The calendar is kept among the documents."}
	AppointmentLine  = Message{"%s  %s  %s", "%s  %s  %s"}
	AppointmentSaved = Message{"Rendez-vous enregistrés : %d, dans %s", "Appointments saved: %d, in %s"}

	Agenda       = Word{FR: "agenda", EN: "agenda", Help: Message{"Les rendez-vous d'une personne", "A person's appointments"}}
	AgendaList   = Word{FR: "lister", EN: "list", Help: Message{"Montre les rendez-vous à venir", "Shows the appointments to come"}}
	AgendaAdd    = Word{FR: "ajouter", EN: "add", Help: Message{"Ajoute un rendez-vous", "Adds an appointment"}, Long: Message{"Ajoute un rendez-vous, avec son jour et, si elle est connue, son heure.\nExemple : carnet agenda ajouter Kiné --start \"2026-12-03 14:30\" --location \"12 rue des Lilas\" --patient Léa", "Adds an appointment, with its day and, if it is known, its time.\nExample: carnet agenda add Physiotherapist --start \"2026-12-03 14:30\" --location \"12 rue des Lilas\" --patient Léa"}, Usage: Message{"TEXTE", "TEXT"}}
	AgendaEdit   = Word{FR: "modifier", EN: "edit", Help: Message{"Change un rendez-vous", "Changes an appointment"}, Usage: Message{"ID", "ID"}}
	AgendaRemove = Word{FR: "retirer", EN: "remove", Help: Message{"Met un rendez-vous à la corbeille", "Puts an appointment in the bin"}, Usage: Message{"ID", "ID"}}
	AgendaImport = Word{FR: "importer", EN: "import", Help: Message{"Garde un calendrier (.ics) comme document et ajoute ses rendez-vous", "Keeps a calendar (.ics) as a document and adds its appointments"}, Usage: Message{"FICHIER", "FILE"}}
	AgendaExport = Word{FR: "exporter", EN: "export", Help: Message{"Écrit les rendez-vous dans un fichier .ics, sans dire pour quoi ni chez qui", "Writes the appointments to an .ics file, without saying what for or with whom"}}
	OptOver      = Message{"aussi ceux qui sont passés ou annulés", "also those that are over or cancelled"}
	OptDetails   = Message{"dit aussi pour quoi, avec qui et où ; le fichier n'est pas chiffré", "also say what for, with whom and where; the file is not encrypted"}
)
