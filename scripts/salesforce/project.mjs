import {existsSync, readdirSync, readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {readXml, XmlError} from './xml.mjs';

/** A project in Salesforce's source format, read from a folder, with its problems. Paths are relative to the folder. */
export class Project {
  /** Each problem has a path, and a line if there is one. */
  problems = [];
  files;
  apiVersion;
  #folder;

  constructor(folder) {
    this.#folder = folder;
    const entries = existsSync(folder) ? readdirSync(folder, {recursive: true, withFileTypes: true}) : [];
    this.files = new Set(
      entries
        .filter((entry) => entry.isFile())
        .map((entry) =>
          join(entry.parentPath, entry.name)
            .slice(folder.length + 1)
            .replaceAll('\\', '/'),
        )
        .sort(),
    );
    this.apiVersion = this.#readVersion();
  }

  report(path, line, words) {
    const problem = `${path}${line ? `:${line}` : ''}: ${words}`;
    if (!this.problems.includes(problem)) this.problems.push(problem);
  }

  text(path) {
    return readFileSync(join(this.#folder, path), 'utf8');
  }

  size(path) {
    return statSync(join(this.#folder, path)).size;
  }

  /** The root element; `undefined`, with a problem recorded, if the file cannot be read. */
  xml(path) {
    try {
      return readXml(this.text(path));
    } catch (error) {
      if (!(error instanceof XmlError)) throw error;
      this.report(path, error.line, error.message);
      return undefined;
    }
  }

  get resources() {
    return this.#named(/staticresources\/(\w+)\.resource-meta\.xml$/);
  }

  get pages() {
    return this.#named(/pages\/(\w+)\.page$/);
  }

  get channels() {
    return this.#named(/messageChannels\/(\w+)\.messageChannel-meta\.xml$/);
  }

  /** Field names such as `User.CXone_Agent_Id__c`. */
  get fields() {
    return this.#named(/objects\/(\w+\/fields\/\w+)\.field-meta\.xml$/).map((path) => path.replace('/fields/', '.'));
  }

  pathOfResource(name) {
    return [...this.files].find((path) => new RegExp(`staticresources/${name}\\.(js|css)$`).test(path));
  }

  textOfClass(name) {
    const path = [...this.files].find((file) => file.endsWith(`classes/${name}.cls`));
    return path && this.text(path);
  }

  #named(pattern) {
    return [...this.files].flatMap((path) => pattern.exec(path)?.[1] ?? []);
  }

  #readVersion() {
    const path = 'sfdx-project.json';
    if (!this.files.has(path)) return void this.report(path, 0, 'is missing: this is no project of Salesforce');
    let project;
    try {
      project = JSON.parse(this.text(path));
    } catch (error) {
      return void this.report(path, 0, `is not JSON: ${error.message}`);
    }
    for (const {path: folder} of project.packageDirectories ?? []) {
      if (![...this.files].some((file) => file.startsWith(`${folder}/`)))
        this.report(path, 0, `the folder ${folder} is empty`);
    }
    if (!project.packageDirectories?.length) this.report(path, 0, 'names no packageDirectories');
    if (!/^\d{2,3}\.0$/.test(project.sourceApiVersion)) this.report(path, 0, 'sourceApiVersion must be like 66.0');
    return project.sourceApiVersion;
  }
}
