import type { FormatScanner, ScanContext, ScanTarget } from '../format-scanner.ts';
import { Malformed } from '../malformed.ts';
import { startsLikeCode } from '../source-code.ts';
import { judgeTemplate } from '../templates/judge-template.ts';
import { decodeText, textOf } from '../text-head.ts';

const MAX_BYTES = 256 * 1024 * 1024;

const templateName = /\.(?:jinja|jinja2|j2|template|tmpl)$|chat_template/i;
const templateTag =
  /\{%[-+]?\s*(?:if|for|set|macro|import|include|extends|from|call|filter)\b|\{\{.*(?:\||__|\.).*\}\}/;
const markupStart =
  /^\uFEFF?\s*(?:<!doctype\s+html|<html|<\?xml|<svg|<head|<body|<!--|<script|<math|<rss|<feed)/i;
const documentName =
  /\.(?:md|markdown|mdx|txt|rst|adoc|text|license|licence|csv|tsv|log|bib|cff|toml|ini|cfg|conf|properties|tiktoken|bpe|vocab|merges|model|lst|dic|html?|xhtml|xml|svg|tex|sha256|sha512|md5|sum|asc|sig|pem|pub|crt|pbtxt|prototxt|names|labels|list|trie|jsonld|srt|vtt)$/i;
const plainName =
  /(?:^|\/)[^./]*$|(?:^|\/)\.git(?:attributes|ignore|keep|modules)$|(?:^|\/)\.(?:editorconfig|dockerignore|prettierrc|npmignore|mailmap)$/;

/** Protocol 0 pickles are text: a global of a module that leads out, or a call behind a marked tuple. */
const textPickle =
  /(?:^|\n|\.)\(?[ci](?:os|posix|nt|sys|subprocess|builtins|__builtin__|commands|socket|runpy|shutil|webbrowser|importlib|pty|timeit|operator|functools|pip|pickle|marshal|types|ctypes|platform|code|asyncio|multiprocessing)(?:\.\w+)*\n\w[\w.]*\n/;

/** Templates that stand by themselves. */
export const templateFile: FormatScanner = {
  format: 'chat-template',
  recognises(target) {
    const text = textOf(target);
    if (text === null || markupStart.test(text)) return false;
    return (
      templateName.test(target.name) ||
      (templateTag.test(text) && !/\.(?:md|markdown|rst|ya?ml|html?|csv|tsv|vocab|bpe)$/i.test(target.name))
    );
  },
  scan(target, context) {
    const text = wholeText(target);
    judgeText(text, target, context);
    context.learn({ kind: 'chat-template', name: 'file', text });
    judgeTemplate('file', text, context);
  },
};

/** HTML, XML and SVG. */
export const markup: FormatScanner = {
  format: 'markup',
  recognises: (target) => markupStart.test(textOf(target) ?? ''),
  scan(target, context) {
    const text = wholeText(target);
    judgeText(text, target, context);
    if (
      /<\s*(?:script|iframe|object|embed|foreignObject|handler)\b|<!ENTITY|javascript:|\son\w+\s*=/i.test(
        text,
      )
    ) {
      context.find('markup.active', 'It holds script, frames or entities.');
    }
  },
};

/** Documents, licences, vocabularies, lists: texts that nothing runs. The name decides what of the texts that is. */
export const plainText: FormatScanner = {
  format: 'text',
  recognises: (target) =>
    textOf(target) !== null && (documentName.test(target.name) || plainName.test(target.name)),
  scan(target, context) {
    const text = wholeText(target);
    judgeText(text, target, context);
    if (
      /\.(?:md|markdown|mdx)$/i.test(target.name) &&
      /<\s*script\b|javascript:/i.test(withoutCodeBlocks(text))
    ) {
      context.find('markup.active', 'The document holds script.');
    }
  },
};

function wholeText({ source }: ScanTarget): string {
  if (source.sizeBytes > MAX_BYTES) {
    throw new Malformed('text.not-readable', `It has ${source.sizeBytes} bytes, over ${MAX_BYTES}.`);
  }
  const text = decodeText(source.read(0, source.sizeBytes));
  if (text === null) throw new Malformed('text.not-readable', 'Behind its beginning it is not text.');
  return text;
}

function judgeText(text: string, { name }: ScanTarget, context: ScanContext): void {
  if (textPickle.test(text)) context.find('text.embedded-pickle', 'The text has the opcodes of a pickle.');
  if (startsLikeCode(text)) context.find('code.script', 'It starts like a program.');
  if (text.includes('\u001b') && !/vocab|\.(?:tiktoken|bpe|csv|tsv)$/i.test(name)) {
    context.find('text.terminal-escape', 'It holds escape sequences.', { offset: text.indexOf('\u001b') });
  }
}

function withoutCodeBlocks(text: string): string {
  return text.replace(/^(`{3,}|~{3,})[^\n]*\n[\s\S]*?^\1/gm, '').replace(/`[^`\n]*`/g, '');
}
