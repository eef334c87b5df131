// Settings of Cockpit; this file takes the place of the one in Camunda's own jar.
export default {
  customScripts: ['minsight/page-link'],
};
