const extensions =
  /\.(?:py|pyi|pyx|pyw|sh|bash|zsh|csh|fish|bat|cmd|ps1|psm1|vbs|js|mjs|cjs|jsx|ts|tsx|rb|pl|pm|php|lua|c|cc|cpp|cxx|h|hpp|cu|cuh|java|kt|go|rs|r|jl|swift|m|scala|cs|asm|s|hs|ml|el|lisp|wat|ptx|cmake|mk|service|desktop|reg|hta|wsf|scpt|applescript|awk|tcl|groovy|gradle|sql)$/i;
const names =
  /(?:^|\/)(?:makefile|dockerfile|containerfile|cmakelists\.txt|rakefile|gemfile|justfile|vagrantfile|\.?bashrc|\.profile|\.envrc|authorized_keys|crontab)$/i;

/** Lines with which programs start, and documents do not. */
const firstLine: readonly RegExp[] = [
  /^#!/,
  /^(?:import\s+[A-Za-z_][\w.]*(?:\s+as\s+\w+)?(?:\s*,.*)?\s*(?:[;#].*)?|from\s+[.\w]+\s+import\b.*)$/,
  /^(?:async\s+)?def\s+\w+\s*\(.*/,
  /^class\s+\w+\s*(?:\(.*\))?\s*:\s*$/,
  /^(?:exec|eval|compile|__import__|os\.system|subprocess\.\w+)\s*\(/,
  /^@echo\b|^rem\s|^setlocal\b/i,
  /^(?:set\s+-[a-z]+|export\s+\w+=|sudo\s|curl\s+-|wget\s+-?|chmod\s|rm\s+-)/,
  /^(?:param\s*\(|\$\w+\s*=\s|Write-Host\b|Invoke-\w+|Set-ExecutionPolicy\b|\[CmdletBinding)/i,
  /^<\?php|^<\?=/,
  /^#\s*(?:include\s*[<"]|define\s+\w+|pragma\s+once)/,
  /^(?:package\s+[\w.]+;?|using\s+[\w.]+;|namespace\s+[\w.]+\s*[{;]?|module\s+\w+\s*\(?|fn\s+\w+\(|func\s+\w+\(|use\s+[\w:]+;)\s*$/,
  /^(?:const|let|var)\s+[\w{}\s,$]+=\s*\S|^(?:export\s+)?(?:async\s+)?function\s*\w*\s*\(|^require\(|^['"]use strict['"]/,
  /^(?:Set|Dim)\s+\w+\s*=\s*CreateObject/i,
  /^(?:if\s+__name__\s*==|while\s+True\s*:|with\s+open\(|try\s*:\s*$)/,
  /^\w+\s*=\s*(?:lambda\b|__import__\(|exec\(|eval\(|compile\()/,
];
const comment = /^(?:#(?![!]|\s*(?:include|define|pragma))|\/\/|--|;|\s*$|\/\*|\*)/;
const docstring = /^[rRuU]?(?:"""|''')/;
const pythonAnywhere =
  /^(?:import\s+[A-Za-z_][\w.]*|from\s+[.\w]+\s+import\s|def\s+\w+\s*\(|class\s+\w+.*:\s*$)/m;

/** Is this the name of a program's source, or does the text start like one? `text` is its beginning. */
export function looksLikeSourceCode(name: string, text: string): boolean {
  return extensions.test(name) || names.test(name) || startsLikeCode(text);
}

/** By the first line that is no comment. Markdown starts with `#` too, so what looks like a comment is passed over, not counted. */
export function startsLikeCode(text: string): boolean {
  if (docstring.test(text)) return pythonAnywhere.test(text);
  let lines = 0;
  for (const line of text.split(/\r\n|[\n\r]/)) {
    if (firstLine.some((pattern) => pattern.test(line)) && !(lines > 0 && line.startsWith('#!'))) return true;
    lines++;
    if (!comment.test(line)) return false;
  }
  return false;
}
