; The installer for Windows, for one person and without administrator rights.
; .ci/package gives VERSION, NUMBERS (the version as four numbers), FROM (the
; folder of what is installed) and OUT.
Unicode true
SetCompressor /SOLID lzma
Name "Carnet"
OutFile "${OUT}"
RequestExecutionLevel user
InstallDir "$LocalAppData\Programs\Carnet"
InstallDirRegKey HKCU "Software\Carnet" "InstallDir"
VIProductVersion "${NUMBERS}"
VIAddVersionKey "ProductName" "Carnet"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "Carnet"
VIAddVersionKey "LegalCopyright" "AGPL-3.0-or-later"
Icon "${FROM}\carnet.ico"
UninstallIcon "${FROM}\carnet.ico"
LicenseData "${FROM}\LICENSE"
LicenseForceSelection off
Page license
Page directory
Page instfiles
UninstPage uninstConfirm
UninstPage instfiles
LoadLanguageFile "${NSISDIR}\Contrib\Language files\French.nlf"
LoadLanguageFile "${NSISDIR}\Contrib\Language files\English.nlf"

LangString Kept ${LANG_FRENCH} "Carnet est retiré. Votre coffre n'a pas été touché. S'il est à sa place habituelle, il est ici : $LocalAppData\Carnet\coffre.carnet"
LangString Kept ${LANG_ENGLISH} "Carnet is removed. Your vault was not touched. If it is in its usual place, it is here: $LocalAppData\Carnet\coffre.carnet"
LangString VaultFile ${LANG_FRENCH} "Coffre de Carnet"
LangString VaultFile ${LANG_ENGLISH} "Carnet vault"

!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\Carnet"

Section
  SetOutPath "$INSTDIR"
  File "${FROM}\carnet.exe"
  File "${FROM}\carnetw.exe"
  File "${FROM}\carnet.ico"
  File "${FROM}\LICENSE"
  File "${FROM}\README.md"
  File "${FROM}\CHANGELOG.md"
  File /r "${FROM}\licences"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\Carnet.lnk" "$INSTDIR\carnetw.exe"
  WriteRegStr HKCU "Software\Carnet" "InstallDir" "$INSTDIR"
  WriteRegStr HKCU "Software\Classes\.carnet" "" "Carnet.Vault"
  WriteRegStr HKCU "Software\Classes\.carnet" "Content Type" "application/x-carnet-vault"
  WriteRegStr HKCU "Software\Classes\Carnet.Vault" "" "$(VaultFile)"
  WriteRegStr HKCU "Software\Classes\Carnet.Vault\DefaultIcon" "" "$INSTDIR\carnet.ico"
  WriteRegStr HKCU "Software\Classes\Carnet.Vault\shell\open\command" "" '"$INSTDIR\carnetw.exe" "%1"'
  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "Carnet"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\carnet.ico"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
SectionEnd

; Only what the installer brought is removed, file by file: a vault may lie in
; the same folder, put there by its owner.
Section "Uninstall"
  Delete "$INSTDIR\carnet.exe"
  Delete "$INSTDIR\carnetw.exe"
  Delete "$INSTDIR\carnet.ico"
  Delete "$INSTDIR\LICENSE"
  Delete "$INSTDIR\README.md"
  Delete "$INSTDIR\CHANGELOG.md"
  RMDir /r "$INSTDIR\licences"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\Carnet.lnk"
  DeleteRegKey HKCU "Software\Carnet"
  DeleteRegKey HKCU "Software\Classes\.carnet"
  DeleteRegKey HKCU "Software\Classes\Carnet.Vault"
  DeleteRegKey HKCU "${UNINSTALL}"
  MessageBox MB_OK|MB_ICONINFORMATION "$(Kept)" /SD IDOK
SectionEnd
