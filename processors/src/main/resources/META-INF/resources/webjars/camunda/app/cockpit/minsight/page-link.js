/**
 * A button beside a process in Cockpit that opens what it is about on mInsight's own page. Which
 * that is, the business key says: `entity-<id>-<content>` is a photo, `job-<id>` a job.
 */

const PAGES = [
  {key: /^entity-(\d+)-\d+$/, path: (m) => `#/photo/${m[1]}`, title: 'Open the photo in mInsight'},
  {key: /^job-/, path: () => '#/compute', title: 'Open the jobs in mInsight'},
];

/** Where our pages are: beside the engine's, which lie below /camunda. */
const ROOT = (document.querySelector('base').getAttribute('app-root') ?? '').replace(/\/camunda$/, '');

async function businessKey({api, processInstanceId}) {
  const answer = await fetch(`${api.engineApi}/process-instance/${encodeURIComponent(processInstanceId)}`, {
    headers: {Accept: 'application/json'},
  });
  return answer.ok ? (await answer.json()).businessKey ?? '' : '';
}

function link(page, match) {
  const a = document.createElement('a');
  a.className = 'btn btn-default action-button minsight-page';
  a.href = `${ROOT}/ui/${page.path(match)}`;
  a.title = page.title;
  a.setAttribute('aria-label', page.title);
  const icon = document.createElement('span');
  icon.className = 'glyphicon glyphicon-picture';
  a.append(icon);
  return a;
}

export default {
  id: 'minsight.page-link',
  pluginPoint: 'cockpit.processInstance.runtime.action',
  priority: -100, // below Camunda's own buttons
  async render(node, about) {
    const key = await businessKey(about);
    for (const page of PAGES) {
      const match = page.key.exec(key);
      if (match) node.append(link(page, match));
    }
  },
};
