// Asked by oclif for the shell and the platform, which nobody reads here.
export const isWsl = false
export const powerShellPath = async () => 'powershell.exe'
