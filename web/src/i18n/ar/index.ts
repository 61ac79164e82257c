import auth from "./auth.json";
import bots from "./bots.json";
import channels from "./channels.json";
import common from "./common.json";
import compare from "./compare.json";
import editor from "./editor.json";
import errors from "./errors.json";
import exchange from "./exchange.json";
import inbox from "./inbox.json";
import insight from "./insight.json";
import monitoring from "./monitoring.json";
import outside from "./outside.json";
import parts from "./parts.json";
import people from "./people.json";
import phone from "./phone.json";
import preview from "./preview.json";
import settings from "./settings.json";
import tables from "./tables.json";
import told from "./told.json";
import workspace from "./workspace.json";

export default {
  auth,
  bots,
  channels,
  common,
  compare,
  editor,
  errors,
  exchange,
  inbox,
  insight,
  monitoring,
  outside,
  parts,
  people,
  phone,
  preview,
  settings,
  tables,
  told,
  workspace,
};
