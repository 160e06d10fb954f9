import path from 'node:path';
import { bans, rooms } from './layers.js';
import { aliasOf, isIn, layered, mayImport, resolveImport, roomOf } from './rooms.js';

const checkout = path.resolve(import.meta.dirname, '../..');
const sql =
  /^\s*(SELECT\s[^]*\sFROM\s|INSERT\s+(OR\s+\w+\s+)?INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s|PRAGMA\s|BEGIN\s+(IMMEDIATE|EXCLUSIVE)|(CREATE|DROP|ALTER)\s+(TABLE|INDEX|UNIQUE|TRIGGER|VIEW)\s)/;

function fileOf(context) {
  return path.relative(checkout, context.filename).split(path.sep).join('/');
}

function bansFor(file) {
  return bans.filter(
    (ban) => ban.in.some((folder) => isIn(file, folder)) && !ban.except?.some((folder) => isIn(file, folder)),
  );
}

function isBannedModule(ban, target) {
  return Boolean(ban.modules?.includes(target.module) || ban.modules?.includes(target.package));
}

/** What is wrong with importing `source` (and of it, `names`) into `file`; undefined when nothing is. */
function findImportProblem(file, room, source, names) {
  const target = resolveImport(source, file);
  if (target.unknown)
    return `'${source}' leads nowhere: use a relative path, #shared/, #engine/ or #renderer/.`;
  if (target.file) {
    const to = roomOf(target.file);
    if (!to) return `'${source}' is in no room of resources/lint/layers.js.`;
    if (!mayImport(room, to)) return `${room.name} may not import ${to.name}.`;
    if (target.relative && to.name !== room.name) {
      return `'${source}' leaves the room: use #shared/, #engine/ or #renderer/ to import ${to.name}.`;
    }
    return undefined;
  }
  const allowed = rooms[room.pattern].packages;
  if (allowed && !allowed.includes(target.package)) return `${room.name} may not import '${source}'.`;
  for (const ban of bansFor(file)) {
    if (isBannedModule(ban, target)) return `'${source}' is not for ${room.name}: ${ban.what}.`;
    const name = names.find((each) => each === '*' || ban.names?.[target.module]?.includes(each));
    if (name && ban.names?.[target.module])
      return `'${name}' of '${source}' is not for ${room.name}: ${ban.what}.`;
  }
  return undefined;
}

/** The names an import or re-export asks for; `*` when it takes the whole module. */
function importedNames(node) {
  if (!node.specifiers) return ['*'];
  return node.specifiers.map((each) => {
    const name = each.type === 'ExportSpecifier' ? each.local : each.imported;
    return name?.name ?? name?.value ?? '*';
  });
}

/** A relative path into another room, written with its alias. */
function writeAlias(fixer, node, file, source) {
  const target = resolveImport(source, file);
  const alias = target.relative && node.source && aliasOf(target.file);
  return alias ? fixer.replaceText(node.source, `'${alias}'`) : null;
}

const layers = {
  meta: { type: 'problem', schema: [], fixable: 'code' },
  create(context) {
    const file = fileOf(context);
    if (!layered.some((folder) => isIn(file, folder))) return {};
    const room = roomOf(file);
    if (!room) {
      const message = `${file} is in no room: add a row to resources/lint/layers.js.`;
      return { Program: (node) => context.report({ node, message }) };
    }
    const check = (node, source, names = []) => {
      if (typeof source !== 'string') {
        context.report({ node, message: 'Import a literal: anything else escapes the layering rules.' });
        return;
      }
      const message = findImportProblem(file, room, source, names);
      if (message) context.report({ node, message, fix: (fixer) => writeAlias(fixer, node, file, source) });
    };
    return {
      ImportDeclaration: (node) => check(node, node.source.value, importedNames(node)),
      ExportAllDeclaration: (node) => check(node, node.source.value, ['*']),
      ExportNamedDeclaration: (node) => node.source && check(node, node.source.value, importedNames(node)),
      ImportExpression: (node) => check(node, node.source.value, ['*']),
      TSImportType: (node) => check(node, (node.source ?? node.argument?.literal)?.value),
      TSExternalModuleReference: (node) => check(node, node.expression.value),
    };
  },
};

const globals = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const file = fileOf(context);
    const active = bansFor(file);
    const report = (node, name) => {
      const ban = active.find((each) => each.globals?.includes(name));
      if (ban) context.report({ node, message: `'${name}' is not for ${file}: ${ban.what}.` });
    };
    return {
      'Program:exit'() {
        const scope = context.sourceCode.scopeManager.globalScope;
        const known = scope.variables.filter((each) => each.defs.length === 0);
        for (const each of [...scope.through, ...known.flatMap((variable) => variable.references)]) {
          if (each.isTypeReference !== true) report(each.identifier, each.identifier.name);
        }
      },
      MemberExpression(node) {
        if (!/^(globalThis|global|window|self)$/.test(node.object.name ?? '')) return;
        report(node, node.computed ? node.property.value : node.property.name);
      },
      "CallExpression[callee.property.name='getBuiltinModule']"(node) {
        context.report({ node, message: 'Import modules: anything else escapes the layering rules.' });
      },
    };
  },
};

const noSql = {
  meta: { type: 'problem', schema: [] },
  create(context) {
    const file = fileOf(context);
    if (!isIn(file, 'electron') || isIn(file, 'electron/engine/registry')) return {};
    const message = 'All SQL lives in electron/engine/registry.';
    return {
      Literal: (node) =>
        typeof node.value === 'string' && sql.test(node.value) && context.report({ node, message }),
      TemplateLiteral: (node) => sql.test(node.quasis[0].value.raw) && context.report({ node, message }),
      "CallExpression[callee.property.name='prepare']": (node) => context.report({ node, message }),
      "CallExpression[callee.property.name='exec'][callee.object.name=/^(db|database|sqlite)$/i]": (node) =>
        context.report({ node, message }),
    };
  },
};

/** The rules of this project, for eslint.config.js. */
export const sallyport = { rules: { layers, globals, 'no-sql': noSql } };
