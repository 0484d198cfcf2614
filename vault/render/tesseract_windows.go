package render

import (
	"path/filepath"
	"time"

	"golang.org/x/sys/windows"
)

// tesseractPlaces are where its installer puts it, which leaves PATH alone.
func tesseractPlaces() (places []string) {
	for _, folder := range []*windows.KNOWNFOLDERID{windows.FOLDERID_ProgramFiles, windows.FOLDERID_LocalAppData} {
		dir, err := windows.KnownFolderPath(folder, 0)
		if err != nil {
			continue
		}
		places = append(places, filepath.Join(dir, "Tesseract-OCR", "tesseract.exe"), filepath.Join(dir, "Programs", "Tesseract-OCR", "tesseract.exe"))
	}
	return places
}

// hold puts a process behind what the person does; the job it is in limits it.
func hold(pid int, _ time.Duration, _ int64) error {
	process, err := windows.OpenProcess(windows.PROCESS_SET_INFORMATION, false, uint32(pid))
	if err != nil {
		return err
	}
	defer windows.CloseHandle(process)
	return windows.SetPriorityClass(process, windows.BELOW_NORMAL_PRIORITY_CLASS)
}
