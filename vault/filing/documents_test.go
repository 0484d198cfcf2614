package filing

// documents are written for these tests; the people and places do not exist.
var documents = []struct {
	name, title, text, want string
}{
	// Titles alone, as people and software name files.
	{"title ordonnance", "2023-05-12_ordonnance.pdf", "", "prescription"},
	{"title camel", "OrdonnanceDrMartin.pdf", "", "prescription"},
	{"title decomposed accents", "Re\u0301sultats labo fe\u0301vrier.pdf", "", "lab"},
	{"title prescription for blood", "Ordonnance bilan sanguin.pdf", "", "prescription"},
	{"title prescription for MRI", "ordonnance_IRM_genou.pdf", "", "prescription"},
	{"title blood results", "prise de sang 03-2024.pdf", "", "lab"},
	{"title report of MRI", "CR IRM genou droit.pdf", "", "imaging"},
	{"title radio", "radio poignet Léa.jpg", "", "imaging"},
	{"title panoramic", "panoramique dentaire 2022.jpg", "", "dental"},
	{"title quote dental", "devis dentaire couronne.pdf", "", "dental"},
	{"title quote glasses", "Devis lunettes Noé.pdf", "", "optical-hearing"},
	{"title glasses prescription", "ordonnance lunettes 2024.pdf", "", "optical-hearing"},
	{"title invoice", "facture pharmacie.pdf", "", "administrative"},
	{"title mutuelle", "Carte mutuelle 2024.pdf", "", "administrative"},
	{"title rights", "attestation_droits.pdf", "", "administrative"},
	{"title vitale", "attestation_de_droits_vitale.pdf", "", "administrative"},
	{"title sick leave", "arret-de-travail_2021.pdf", "", "certificate"},
	{"title sport", "Certificat médical sport judo.pdf", "", "certificate"},
	{"title vaccination certificate", "certificat de vaccination covid.pdf", "", "vaccination"},
	{"title vaccination booklet", "carnet de vaccination Léa.pdf", "", "vaccination"},
	{"title discharge", "Lettre de liaison CHU.pdf", "", "hospital"},
	{"title operation", "CRO appendicite.pdf", "", "hospital"},
	{"title emergency", "Passage aux urgences 14 mars.pdf", "", "hospital"},
	{"title specialist", "CR consultation cardio.pdf", "", "report"},
	{"title directives", "Mes directives anticipées.pdf", "", "directive"},
	{"title trusted person", "personne de confiance.docx", "", "directive"},
	{"title screening", "dépistage colorectal.pdf", "", "prevention"},
	{"title child certificate", "certificat de santé 9e mois Léa.pdf", "", "prevention"},
	{"title audiogram", "audiogramme papi.pdf", "", "optical-hearing"},
	{"title English prescription", "Prescription Dr Smith.pdf", "", "prescription"},
	{"title English lab", "blood test results.pdf", "", "lab"},
	{"title English discharge", "discharge summary.pdf", "", "hospital"},
	{"title English imaging", "MRI left knee.pdf", "", "imaging"},
	{"title English directive", "living will signed.pdf", "", "directive"},

	// Titles that say nothing.
	{"camera", "IMG_20230512_101500.jpg", "", Unfiled},
	{"scan", "scan_0042.pdf", "", Unfiled},
	{"holiday", "photo vacances.jpg", "", Unfiled},
	{"empty", "", "", Unfiled},
	{"document", "document(1).pdf", "", Unfiled},

	// Prescriptions.
	{"prescription", "scan0001.pdf", `Docteur Claire MERCIER
Médecine générale
12 rue des Tilleuls 69003 LYON
RPPS 10001234567
Lyon, le 14 mars 2023
Mme DUPONT Anne, née le 02/07/1981
ORDONNANCE
AMOXICILLINE 1 g comprimé : 1 comprimé matin et soir pendant 6 jours
PARACETAMOL 1 g : 1 comprimé si besoin, 3 fois par jour maximum
QSP 6 jours. Non substituable : néant`, "prescription"},
	{"prescription Rp", "", `Dr Paul HENRY - Pédiatre
Rp/
1) DOLIPRANE 2,4 % suspension buvable, une dose poids 4 fois par jour
2) Sérum physiologique, 1 boîte
À renouveler 1 fois`, "prescription"},
	{"prescription of a blood test", "", `Cabinet médical des Lilas
Docteur Hugo PETIT
Le 3 février 2022
Faire pratiquer au laboratoire, à jeun :
NFS, plaquettes, glycémie, cholestérol, triglycérides, TSH, ferritine, créatinine`, "prescription"},
	{"prescription of a blood test with heading", "ordo.pdf", `ORDONNANCE
Bilan sanguin : NFS, CRP, ionogramme, bilan hépatique, HbA1c
Laboratoire de biologie médicale de votre choix`, "prescription"},
	{"prescription of a scan", "", `Docteur Anne ROUX
Rhumatologue
Demande d'examen d'imagerie
Merci de réaliser une IRM du genou droit. Indication : douleur interne, suspicion de lésion méniscale.`, "prescription"},
	{"bizone", "", `Prescriptions relatives au traitement de l'affection de longue durée reconnue (liste ou hors liste)
METFORMINE 1000 mg, 1 comprimé matin et soir
Prescriptions SANS RAPPORT avec l'affection de longue durée
PARACETAMOL 1 g si besoin`, "prescription"},
	{"physiotherapy", "", `Docteur Leroy
ORDONNANCE
Faire pratiquer 15 séances de rééducation du genou gauche par un masseur-kinésithérapeute`, "prescription"},
	{"discharge prescription", "ordonnance de sortie.pdf", `CENTRE HOSPITALIER DE VALBOURG
Service de chirurgie
ORDONNANCE DE SORTIE
Enoxaparine 4000 UI, une injection par jour pendant 10 jours, par une infirmière
NFS plaquettes deux fois par semaine`, "prescription"},
	{"transport", "", `PRESCRIPTION MÉDICALE DE TRANSPORT
Trajet aller-retour, Centre hospitalier de Valbourg, consultation`, "prescription"},
	{"spaced heading", "", `D r  M A R T I N
O R D O N N A N C E
Vitamine D 80 000 UI ampoule, une ampoule à prendre`, "prescription"},

	// Laboratory.
	{"laboratory", "", `LABORATOIRE DE BIOLOGIE MÉDICALE DES QUAIS
Biologistes médicaux : A. Bernard, C. Noël
Prescripteur : Dr MERCIER
Prélevé le 12/05/2023 à 08h10
HÉMATOLOGIE                      Valeurs de référence   Antériorités
Leucocytes     6,2 G/L           4,0 - 10,0
Hémoglobine    13,4 g/dL         12,0 - 16,0
Plaquettes     245 G/L           150 - 400
BIOCHIMIE
Glycémie à jeun  0,92 g/L
Cholestérol total 2,05 g/L`, "lab"},
	{"laboratory quoting the prescription", "resultats.pdf", `SELARL BIO-QUAIS
Laboratoire d'analyses médicales
Dossier n° 4512, ordonnance du 02/03/2024
COMPTE RENDU D'ANALYSES
CRP 3 mg/L   TSH 1,8 mUI/L   Ferritine 45 µg/L`, "lab"},
	{"pathology", "", `Cabinet d'anatomie et cytologie pathologiques
COMPTE RENDU ANATOMOPATHOLOGIQUE
Nature du prélèvement : biopsie cutanée
Examen macroscopique : fragment de 4 mm
Examen microscopique : nævus sans signe de malignité`, "lab"},
	{"PCR", "", `Laboratoire de biologie médicale Rivière
Détection du SARS-CoV-2 par RT-PCR
Résultat : négatif`, "lab"},
	{"urine", "ECBU.pdf", `Examen cytobactériologique des urines
Leucocytes 10 000 /mL  Hématies < 1 000 /mL
Culture négative`, "lab"},
	{"blood group", "", `CARTE DE GROUPE SANGUIN
Groupe O Rhésus positif
Deux déterminations
Laboratoire de biologie médicale`, "lab"},
	{"English laboratory", "", `Riverside Clinical Laboratory
LABORATORY REPORT
Complete blood count
Hemoglobin 13.1 g/dL   Platelets 210   Reference range 150-400`, "lab"},

	// Imaging.
	{"chest scanner", "", `Centre d'imagerie médicale du Parc
Docteur Sophie LAMBERT, radiologue
SCANNER THORACIQUE
Indication : toux persistante
Technique : acquisition hélicoïdale, sans injection de produit de contraste. PDL 210 mGy.cm
Résultats : pas de foyer parenchymateux
Conclusion : examen normal`, "imaging"},
	{"MRI as a letter", "", `Clinique des Érables, service de radiologie
Cher Confrère,
Je vous remercie de m'avoir adressé M. Durand pour une IRM.
I.R.M. DU GENOU DROIT
Séquences pondérées T2 fat sat. Hypersignal du ménisque interne.
Confraternellement`, "imaging"},
	{"obstetrical ultrasound", "", `Échographie du deuxième trimestre
Biométrie : BIP 52 mm, PC 190 mm, fémur 36 mm
Morphologie sans anomalie décelable`, "imaging"},
	{"mammography of the screening", "", `Cabinet de radiologie Saint-Roch
MAMMOGRAPHIE BILATÉRALE
Dans le cadre du dépistage organisé du cancer du sein
Clichés de face et oblique. ACR 2 à droite, ACR 1 à gauche`, "imaging"},
	{"x-ray", "cheville.pdf", `Imagerie médicale du Port
RADIOGRAPHIE DE LA CHEVILLE GAUCHE
Incidences de face et de profil. Pas de fracture visible.`, "imaging"},
	{"English imaging", "", `Radiology department
CT scan of the abdomen
Findings: no focal lesion. Impression: normal study.`, "imaging"},

	// Reports.
	{"cardiologist", "", `Docteur Marc FABRE
Cardiologue
Nîmes, le 6 juin 2022
Cher Confrère,
J'ai vu en consultation votre patient M. Jean BLANC, 67 ans, pour le suivi d'une hypertension.
Électrocardiogramme : rythme sinusal. Échographie cardiaque de 2021 normale.
Biologie : cholestérol LDL 1,1 g/L, créatinine 9 mg/L.
Je propose de poursuivre le traitement. Bien confraternellement`, "report"},
	{"referral", "", `Chère Consœur,
Je vous adresse Mme Petit pour avis sur des douleurs lombaires.
Antécédents : appendicectomie. Traitement : paracétamol.
Bien cordialement`, "report"},
	{"colonoscopy", "", `Service d'endoscopie
COMPTE RENDU DE COLOSCOPIE
Indication : dépistage familial
Progression jusqu'au cæcum. Un polype de 4 mm réséqué.`, "report"},
	{"speech therapy", "", `Cabinet d'orthophonie
BILAN ORTHOPHONIQUE
Noé, 6 ans 4 mois, adressé pour un retard de parole
Au total : trouble articulatoire isolé`, "report"},
	{"consultation", "", `COMPTE RENDU DE CONSULTATION
Motif de consultation : asthme
Histoire de la maladie : trois crises depuis l'hiver
Examen clinique : auscultation libre
Conduite à tenir : traitement de fond, ordonnance remise`, "report"},
	{"summary by the doctor", "", `Volet de synthèse médicale
Médecin traitant : Dr Mercier
Antécédents : diabète de type 2
Traitements au long cours : metformine 1 comprimé matin et soir`, "report"},
	{"English letter", "", `Dear Doctor,
Thank you for referring this 45-year-old teacher.
History: migraine for ten years. Assessment and plan: continue propranolol.`, "report"},

	// Hospital.
	{"discharge letter quoting values", "", `CENTRE HOSPITALIER UNIVERSITAIRE DE VALBOURG
Service de médecine interne - Chef de service Pr A. Colin
COMPTE RENDU D'HOSPITALISATION
Cher Confrère,
Votre patiente a été hospitalisée du 3 mars 2021 au 10 mars 2021 pour une pneumopathie.
Biologie : hémoglobine 11,2 g/dL, leucocytes 14 G/L, plaquettes 310, CRP 180 mg/L, créatinine 70, sodium 138
Scanner thoracique : foyer basal droit.
Traitement de sortie : amoxicilline 1 g, 1 comprimé matin et soir
Bien confraternellement`, "hospital"},
	{"liaison letter", "", `Hôpital Sainte-Claire
Lettre de liaison à la sortie
Date d'entrée : 12/01/2023   Date de sortie : 15/01/2023
Motif d'hospitalisation : fracture du poignet
Radiographie, IRM, ordonnance remises au patient`, "hospital"},
	{"emergency", "", `Service d'accueil des urgences
COMPTE RENDU DE PASSAGE AUX URGENCES
Motif de recours : chute de vélo
Radiographie du poignet : pas de fracture
Retour à domicile avec ordonnance`, "hospital"},
	{"operation", "", `Clinique du Lac
COMPTE RENDU OPÉRATOIRE
Intervention : cholécystectomie sous cœlioscopie
Sous anesthésie générale, installation en décubitus dorsal`, "hospital"},
	{"birth", "", `Maternité des Oliviers
COMPTE RENDU D'ACCOUCHEMENT
Naissance d'une fille, 3 320 g, Apgar 10 à 5 minutes`, "hospital"},
	{"English discharge", "", `St Anne Hospital
DISCHARGE SUMMARY
Date of admission: March 3, 2021. Date of discharge: March 10, 2021
CT scan of the chest: pneumonia. Hemoglobin 11.2`, "hospital"},

	// Vaccinations.
	{"attestation", "", `Certificat COVID numérique UE
Attestation de vaccination
Vaccin : COMIRNATY, dose 2 sur 2, lot n° FE1234`, "vaccination"},
	{"booklet page", "", `VACCINATIONS
Date        Vaccin            Numéro de lot
12/05/2019  INFANRIX HEXA     A21CD
12/05/2019  PREVENAR 13       X3
14/09/2019  PRIORIX  rappel   K88`, "vaccination"},
	{"travel", "", `Centre de vaccinations internationales
Certificat international de vaccination
Fièvre jaune, lot n° U5512`, "vaccination"},
	{"prescription of a vaccine", "ordonnance vaccin gardasil.pdf", `ORDONNANCE
GARDASIL 9, une dose, à réaliser par le pharmacien ou l'infirmière`, "prescription"},

	// Certificates.
	{"sport", "", `Docteur Louis GIRARD
CERTIFICAT MÉDICAL
Je soussigné certifie avoir examiné ce jour Léa DUPONT, qui ne présente pas de contre-indication à la pratique du judo en compétition.
Fait pour servir et valoir ce que de droit`, "certificate"},
	{"sick leave", "", `AVIS D'ARRÊT DE TRAVAIL
Volet 3 à conserver par l'assuré
L'Assurance Maladie - à adresser à votre caisse
Arrêt jusqu'au 21/03/2021 inclus`, "certificate"},
	{"vaccines up to date", "", `CERTIFICAT MÉDICAL
Je soussignée, docteur en médecine, certifie que Noé DUPONT est à jour de ses vaccinations et peut fréquenter la crèche.`, "certificate"},
	{"pregnancy", "", `DÉCLARATION DE GROSSESSE
Je soussigné certifie que l'état de santé de Mme Roux permet de prévoir l'accouchement en novembre
Échographie du premier trimestre faite`, "certificate"},

	// Teeth.
	{"dental quote", "", `Docteur Iris VIDAL, chirurgien-dentiste
DEVIS POUR TRAITEMENTS ET ACTES BUCCO-DENTAIRES
Couronne céramique sur molaire 26 : 650 €   Base de remboursement 107,50 €   Reste à charge 540 €`, "dental"},
	{"panoramic", "", `Centre d'imagerie du Parc
PANORAMIQUE DENTAIRE
Dents de sagesse incluses. Pas de lésion des racines.`, "dental"},
	{"braces", "", `Cabinet d'orthodontie
Plan de traitement orthodontique, premier semestre de traitement`, "dental"},

	// Glasses and hearing.
	{"glasses", "", `Docteur Jeanne FAURE
Ophtalmologiste
ORDONNANCE
Une paire de lunettes, verres progressifs
OD +1,25 (-0,50 à 90°) Add +2,00
OG +1,00 Add +2,00`, "optical-hearing"},
	{"eye consultation", "", `Cabinet d'ophtalmologie des Halles
Cher confrère, merci de m'avoir adressé Mme Petit.
Acuité visuelle 10/10 à droite. Tonus oculaire 14. Fond d'œil normal.`, "optical-hearing"},
	{"audiogram", "", `Docteur Karim BELAID, oto-rhino-laryngologie
AUDIOMÉTRIE TONALE ET VOCALE
Oreille droite : perte auditive 35 dB. Surdité de perception bilatérale.`, "optical-hearing"},
	{"hearing aid quote", "", `Audioprothésiste D.E.
Devis normalisé d'appareillage auditif
Classe I, deux oreilles, reste à charge 0 €`, "optical-hearing"},

	// Administrative.
	{"invoice quoting a prescription", "", `Pharmacie du Marché
FACTURE n° 20231105
Selon ordonnance du 14/03/2023 du Dr Mercier
AMOXICILLINE 1 g comprimé, 1 boîte   5,20 €
Part mutuelle 1,56 €   Net à payer 0,00 €`, "administrative"},
	{"hospital bill", "", `Centre hospitalier de Valbourg
AVIS DES SOMMES À PAYER
Hospitalisation du 3 au 10 mars 2021, forfait journalier
Montant TTC 140 €`, "administrative"},
	{"laboratory bill", "facture labo.pdf", `Laboratoire de biologie médicale des Quais
FACTURE ACQUITTÉE
NFS, glycémie, TSH : 42,10 €. Réglé par carte bancaire`, "administrative"},
	{"benefits", "", `Votre mutuelle
RELEVÉ DE PRESTATIONS
Pharmacie, laboratoire, opticien, dentaire : montant remboursé 88,20 €`, "administrative"},
	{"rights", "", `L'Assurance Maladie
ATTESTATION DE DROITS À L'ASSURANCE MALADIE
Bénéficiaires : DUPONT Anne, DUPONT Léa`, "administrative"},
	{"appointment", "", `Centre d'imagerie médicale
CONFIRMATION DE RENDEZ-VOUS
Votre scanner aura lieu le 4 mai. Apportez votre ordonnance et vos anciens examens.`, "administrative"},
	{"consent", "", `FORMULAIRE DE CONSENTEMENT ÉCLAIRÉ
Intervention prévue : cataracte. Clinique du Lac.`, "administrative"},
	{"English invoice", "", `INVOICE 4411
Dental clinic of the Hill
Consultation 60.00   Amount due 60.00`, "administrative"},

	// Prevention.
	{"invitation", "", `Centre régional de coordination des dépistages des cancers
Madame, le programme national de dépistage vous invite à réaliser une mammographie
chez un radiologue de votre choix.`, "prevention"},
	{"stool test", "", `Dépistage du cancer colorectal
Test immunologique de recherche de sang dans les selles
Résultat : négatif. Le laboratoire vous invite à refaire ce test dans deux ans.`, "prevention"},
	{"child certificate", "", `TROISIÈME CERTIFICAT DE SANTÉ
Examen au cours du 24e mois
Vaccinations : DTP 3 doses, ROR 2 doses
Poids 12,1 kg, taille 87 cm`, "prevention"},

	// Directives.
	{"directives", "", `MES DIRECTIVES ANTICIPÉES
Si je suis un jour hors d'état d'exprimer ma volonté, je refuse le maintien artificiel de la vie.
Hôpital, réanimation, scanner : je souhaite que l'on en parle avec ma fille.`, "directive"},
	{"trusted person", "", `Centre hospitalier de Valbourg
Formulaire de désignation de la personne de confiance
Je soussigné désigne comme personne de confiance Mme Anne DUPONT`, "directive"},
	{"hospital letter naming the trusted person", "", `Hôpital Sainte-Claire
COMPTE RENDU D'HOSPITALISATION
Personne de confiance : Mme Dupont. Directives anticipées : non rédigées.
Motif d'hospitalisation : chute`, "hospital"},

	// Not enough, or two things at once.
	{"school menu", "menu cantine.pdf", "Lundi : carottes râpées, poisson, riz. Mardi : salade, poulet, purée.", Unfiled},
	{"recipe", "", "Tarte aux pommes. Mettre au four pendant 40 minutes à 180 degrés.", Unfiled},
	{"a short note", "note.txt", "Penser à rappeler le secrétariat demain matin.", Unfiled},
	{"a mention far away", "", "Le club vous attend samedi pour la fête du village, avec repas et musique. Le dimanche, une marche de dix kilomètres partira de la place, encadrée par nos bénévoles et ouverte à tous sans certificat ni inscription préalable.", Unfiled},
	{"two at once", "scanner et analyses.pdf", "", Unfiled},
	{"newsletter", "", "Lettre aux habitants. La mairie informe que le marché est déplacé place de la Gare.", Unfiled},

	// Written after the rules, to see what they did not foresee.
	{"further 1", "", "Docteur Nadia KACI Dermatologue 4 place Carnot 34000 Montpellier Montpellier, le 2 février 2024 Chère consœur, J'ai vu ce jour Mlle Petit pour une acné modérée. Je lui ai prescrit une crème le soir, ordonnance remise. Merci de votre confiance. Bien amicalement", "report"},
	{"further 2", "Doc 12.pdf", "Centre Hospitalier de Valbourg Service de pédiatrie LETTRE DE LIAISON Votre enfant Noé a séjourné dans le service du 3 au 5 mai 2023 pour une bronchiolite. Radiographie thoracique normale. CRP 12 mg/L. Ordonnance : paracétamol.", "hospital"},
	{"further 3", "", "Ord0nnance\nDr Mercier\nDoliprane 500mg 1 cp 3 fois par jour pendant 5 jours\nVentoline 2 bouffées si besoin", "prescription"},
	{"further 4", "", "Bio-Quais\nPrescrit par Dr MERCIER Claire\nEnregistré le 12/05/2023\nHÉMOGRAMME\nHématies 4,5 T/L\nHémoglobine 13,4 g/dL\nVGM 88 fL\nValidé par M. Noël, biologiste médical", "lab"},
	{"further 5", "2022 bilan orthoptique Noé.pdf", "", "optical-hearing"},
	{"further 6", "kiné bilan épaule.pdf", "Bilan diagnostique kinésithérapique\nÉpaule droite, douleur à l'abduction. 15 séances prévues.", "report"},
	{"further 7", "EDF facture mars.pdf", "", "administrative"},
	{"further 8", "", "NOTE D'HONORAIRES\nDr Vidal, chirurgien-dentiste\nDétartrage 28,92 €\nPayé", "administrative"},
	{"further 9", "Vaccins Tom.jpg", "", "vaccination"},
	{"further 10", "PAI allergie école.pdf", "", "prescription"},
	{"further 11", "", "Mairie de Valbourg, service scolaire\nVotre enfant doit être à jour de ses vaccinations. Merci de fournir la copie du carnet de santé, une attestation d'assurance et la fiche de renseignements.", Unfiled},
	{"further 12", "ECG 2021.pdf", "", "report"},
	{"further 13", "écho 22 SA.pdf", "", "imaging"},
	{"further 14", "CR anapath polype.pdf", "", "lab"},
	{"further 15", "Attestation assurance maladie.pdf", "", "administrative"},
	{"further 16", "certificat enfant malade.pdf", "", "certificate"},
	{"further 17", "ald protocole de soins.pdf", "", "prescription"},
	{"further 18", "", "Examen n° 22114\nTECHNIQUE\nScanner multibarrettes, injection de produit de contraste iodé\nRÉSULTATS\nFoie de taille normale. Pas de dilatation des voies biliaires.\nCONCLUSION\nPas d'anomalie", "imaging"},
	{"further 19", "", "Hôpital Sainte-Claire\nConsultation de cardiologie\nCher Confrère,\nJ'ai revu en consultation M. Blanc. L'échocardiographie est stable. Le scanner coronaire n'est pas nécessaire.\nConfraternellement", "report"},
	{"further 20", "", "Compte-rendu de consultation ORL\nDocteur Belaid\nAudiogramme : normal. Otites répétées, proposition d'aérateurs", "optical-hearing"},
	{"further 21", "IMG_0231.HEIC", "Je soussigné Docteur Girard certifie que l'état de santé de l'enfant Léa nécessite une dispense d'éducation physique de 15 jours", "certificate"},
	{"further 22", "", "Assurance Maladie\nVos remboursements de mars\nPharmacie 12,30 €\nConsultation 26,50 €", "administrative"},
	{"further 23", "lettre cardiologue.pdf", "", "report"},
	{"further 24", "", "Pharmacie des Arcades\nTicket de caisse\nDentifrice 3,20\nTotal TTC 3,20", Unfiled},
	{"further 25", "", "Docteur Petit, gynécologue\nFROTTIS CERVICO-UTÉRIN\nRésultat cytologique normal\nCabinet d'anatomie pathologique des Lilas", "lab"},
	{"further 26", "Résultats IRM cérébrale.pdf", "", "imaging"},
	{"further 27", "sortie maternité Zoé.pdf", "", "hospital"},
	{"further 28", "", "Livret d'accueil du patient\nBienvenue à l'hôpital. Votre personne de confiance, vos directives anticipées, vos droits, votre chambre.", Unfiled},
	{"further 29", "", "SNELLEN VISION CENTRE\nEye exam\nVisual acuity 20/20 both eyes. Contact lenses prescribed.", "optical-hearing"},
	{"further 30", "Immunization record.pdf", "", "vaccination"},
	{"further 31", "radio dents de sagesse.jpg", "", "dental"},
	{"further 32", "devis implant.pdf", "Cabinet dentaire du Cours\nDevis\nImplant et couronne, dent 36 : 1 900 €", "dental"},
	{"further 33", "", "Programme de rééducation à domicile. Exercice 1 : lever le bras. Exercice 2 : tourner la tête.", Unfiled},
	{"further 34", "", "Monsieur, Nous avons le plaisir de vous confirmer votre rendez-vous avec le Docteur Roux, cardiologue, le mardi 4 mai à 10 h. Merci d'apporter votre carte Vitale, votre carte de mutuelle et vos ordonnances.", "administrative"},
	{"further 35", "", "Hôpital d'instruction\nService d'hépatologie\nCher Collègue,\nVotre patient est sorti ce jour après un séjour de quatre jours.\nDiagnostic : pancréatite. Échographie : lithiase.", "hospital"},
	{"further 36", "Biologie 14-03-2021.pdf", "", "lab"},
	{"further 37", "", "GROUPE HOSPITALIER NORD\nLaboratoire de biochimie\nPatient : BLANC Jean\nSodium 139 mmol/L 136-145\nPotassium 4,1 mmol/L 3,5-5,1\nCréatinine 78 µmol/L\nCRP < 5 mg/L", "lab"},
	{"further 38", "", "Dr A. Roux  Ordonnance sécurisée\nOxycodone 10 mg LP un comprimé matin et soir pendant vingt-huit jours", "prescription"},
	{"further 39", "", "Infirmières libérales des Quais\nFEUILLE DE SOINS\nActes effectués : prise de sang à domicile", "administrative"},
	{"further 40", "", "Angiographie rétinienne et OCT maculaire\nŒil droit : pas d'œdème\nŒil gauche : drusen", "optical-hearing"},
	{"further 41", "Radio-pulmonaire.jpeg", "", "imaging"},
	{"further 42", "", "CENTRE D'IMAGERIE\nDOPPLER DES MEMBRES INFÉRIEURS\nAbsence de thrombose veineuse profonde", "imaging"},
	{"further 43", "", "CERTIFICAT\nJe soussignée Dr Roux atteste avoir vu ce jour l'enfant Tom, qui doit garder la chambre trois jours", "certificate"},
	{"further 44", "", "Attestation sur l'honneur de stage de natation", Unfiled},
	{"further 45", "Conclusions sophrologie.pdf", "", Unfiled},
	{"further 46", "", "Notice : information de l'utilisateur\nParacétamol 500 mg comprimé\nLisez cette notice avant de prendre ce médicament. Posologie : 1 à 2 comprimés par prise.", Unfiled},
	{"further 47", "vaccin grippe attestation pharmacie.pdf", "", "vaccination"},
	{"further 48", "", "Pharmacie du Port\nAttestation\nVaccin VAXIGRIP injecté ce jour, lot n° T3E21", "vaccination"},
	{"further 49", "", "Consultation pré-anesthésique\nIntervention prévue le 12 juin : arthroscopie. Score ASA 1. Jeûne à partir de minuit.", "hospital"},
	{"further 50", "", "Bulletin de situation\nMme Petit est hospitalisée depuis le 3 mai dans notre établissement", "administrative"},
	{"further 51", "", "Bilan psychologique de Tom\nWISC-V : indices dans la moyenne\nConclusion", "report"},
	{"further 52", "compte rendu opératoire cataracte.pdf", "", "hospital"},
	{"further 53", "HL7 export.xml", "", Unfiled},
	{"further 54", "Lettre Dr Roux - neurologue.pdf", "Dr ROUX, neurologue\nValence, le 3 juin 2022\nMadame,\nSuite à votre consultation, l'IRM cérébrale et la prise de sang sont normales. Je vous propose de nous revoir dans six mois.", "report"},
	{"further 55", "", "COMPTE RENDU D'HOSPITALISATION DE JOUR\nPerfusion de fer. Hémoglobine 10,1 avant.", "hospital"},
	{"further 56", "", "Mutuelle Rhône\nCarte de tiers payant 2024\nAnne DUPONT, Léa DUPONT\nPharmacie PHAR 100 %, Radiologie RADL 100 %, Optique OPTI, Dentaire DESO", "administrative"},
	{"further 57", "", "Échographie pelvienne\nIndication : douleurs. Voie sus-pubienne puis endovaginale. Utérus antéversé.", "imaging"},
	{"further 58", "Ordonnance radio + kiné.pdf", "", "prescription"},
	{"further 59", "", "DEVIS\nOptique Lumière, opticien\nMonture 89 €, verres unifocaux 2 x 120 €", "optical-hearing"},
	{"further 60", "test covid négatif.pdf", "", "lab"},
	{"further 61", "", "Medical prescription\nIbuprofen 200 mg tablet twice daily for 5 days", "prescription"},
	{"further 62", "", "Vous venez d'avoir 50 ans : faites le test de dépistage du cancer colorectal. Votre kit est joint à ce courrier.", "prevention"},
	{"further 63", "", "Recommandations après votre opération : ne pas conduire pendant 24 heures, boire beaucoup.", Unfiled},
	{"further 64", "", "Clinique du Lac\nService de gastro-entérologie\nDocteur Ferry\nCOMPTE RENDU DE GASTROSCOPIE\nŒsophage normal. Biopsies antrales adressées en anatomie pathologique.", "report"},
	{"further 65", "", "Docteur Mercier\nLyon, le 4 mai 2024\nMme Petit\nVaccin REPEVAX : une injection\nParacétamol 1 g, un comprimé si besoin", "prescription"},
	{"further 66", "analyses sang juin.pdf", "", "lab"},
	{"further 67", "", "CHU de Valbourg - Pôle imagerie\nExamen : TDM cérébrale sans injection\nPas d'hémorragie intracrânienne. Structures médianes en place.", "imaging"},
	{"further 68", "Facture orthodontie semestre 2.pdf", "", "administrative"},
	{"further 69", "", "Dr Vidal\nRéhabilitation : détartrage, carie sur molaire 36, obturation\nProchain contrôle dans six mois", "dental"},
	{"further 70", "", "MDPH\nCertificat médical à joindre à la demande\nDéficiences, retentissement fonctionnel", "certificate"},
	{"further 71", "Synthèse médicale Dr Mercier.pdf", "", "report"},
	{"further 72", "", "Désignation d'une personne de confiance\nJe soussignée Anne DUPONT nomme Paul DUPONT", "directive"},
	{"further 73", "", "Attestation de présence\nMme Dupont s'est présentée à la consultation ce jour", Unfiled},
	{"further 74", "", "Le Pr Colin à Dr Mercier\nMon cher ami,\nTon patient va bien. Fraction d'éjection 60 %. ECG sinusal. Je le reverrai dans un an.\nAmitiés", "report"},
	{"further 75", "Numérisation_20240312.pdf", "FEUILLE D'ACCIDENT DU TRAVAIL\nCertificat médical initial\nLésions constatées : entorse", "certificate"},
	{"further 76", "", "Sortie des urgences\nConsignes de surveillance après un traumatisme crânien\nRevenez en cas de vomissements", "hospital"},
	{"further 77", "", "Mon bilan prévention 45-50 ans\nRendez-vous dédié : alimentation, sommeil, tabac, dépistages", "prevention"},
	{"further 78", "", "Laboratoire\nSérologies\nToxoplasmose IgG négatif\nRubéole IgG positif", "lab"},
	{"further 79", "Compte-rendu.pdf", "", "report"},
	{"further 80", "", "Test auditif\nAudioprothésiste : essai d'un mois", "optical-hearing"},
	{"further 81", "", "Relevé d'identité bancaire\nIBAN FR76", Unfiled},
	{"further 82", "IRM ordonnance Dr Roux.pdf", "", "prescription"},
	{"further 83", "", "Prescription de soins infirmiers\nPansement quotidien pendant 10 jours, dimanche et jours fériés", "prescription"},
	{"further 84", "", "Échographie thyroïdienne\nLobe droit : nodule EU-TIRADS 3\nTSH récente normale\nLettre adressée au Dr Mercier", "imaging"},
	{"further 85", "", "Carnet de santé, page croissance\nPoids, taille, périmètre crânien", Unfiled},
	{"further 86", "CS24 Zoé.pdf", "", "prevention"},
	{"further 87", "", "Transfert in utero - Maternité des Oliviers\nCompte rendu d'hospitalisation\nÉchographie : placenta bas. Bilan : hémoglobine 10, plaquettes 180", "hospital"},
	{"further 88", "", "Chirurgie ambulatoire\nConsignes avant l'opération : jeûne, douche, ordonnance de préparation", Unfiled},
	{"further 89", "", "Hearing aid trial\nAudiologist report", "optical-hearing"},
	{"further 90", "", "ATTESTATION\nPour l'année 2024, Mme Dupont a droit à la complémentaire santé solidaire", "administrative"},
	{"further 91", "", "Ordonnance de dispensation\nEssai clinique\nFaire pratiquer une NFS chaque semaine", "prescription"},
	{"further 92", "Scanner0012.pdf", "Facture d'électricité\nConsommation 320 kWh", "administrative"},
	{"further 93", "", "Liste de courses : lait, pain, pommes, piles", Unfiled},
}
