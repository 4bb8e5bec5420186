// The pages of text: theme and offline use, nothing else.
import { keepOffline, useWaitingVersion } from "../net/offline.js";
import { browserStorage, createSettings } from "../ui/settings.js";
import { createTheme } from "../ui/theme.js";

const settings = createSettings(browserStorage());
createTheme(() => settings.get().theme);
if (!(await useWaitingVersion())) await keepOffline(() => {});
