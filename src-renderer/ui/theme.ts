import {
  ActionIcon,
  Badge,
  Button,
  type CSSVariablesResolver,
  createTheme,
  Input,
  Menu,
  Modal,
  Notification,
  Tooltip,
} from '@mantine/core';
import classes from './theme.module.css';

/** Ink blue: calm beside the colours of kinds and states. */
const ink = [
  '#edf3fb',
  '#d9e4f3',
  '#b0c7e8',
  '#84a8dd',
  '#5f8ed3',
  '#487dcd',
  '#3b74cb',
  '#2d63b4',
  '#2458a2',
  '#124b90',
] as const;

/** Dark greys with a little blue, so that surfaces belong together. */
const slate = [
  '#e3e7eb',
  '#c3cad1',
  '#a3adb8',
  '#76808b',
  '#3f474f',
  '#343b42',
  '#282d33',
  '#1b1e22',
  '#16191c',
  '#121417',
] as const;

/** Colours as grounds and as text, so that text can be read on each of them by day and by night. */
export const resolveCssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-error': '#c22525',
    '--mantine-color-red-text': '#c22525',
    '--mantine-color-red-light-color': '#b42020',
    '--mantine-color-green-light-color': '#1f6b2e',
    '--mantine-color-yellow-light-color': '#855400',
  },
  dark: {
    '--mantine-color-error': '#ff8f8f',
    '--mantine-color-red-text': '#ff8f8f',
    '--mantine-color-red-filled': '#d92b2b',
    '--mantine-color-red-filled-hover': '#c22525',
    '--mantine-color-yellow-light': '#3a2c0c',
  },
});

/** How every part of Mantine looks in Weft. */
export const theme = createTheme({
  primaryColor: 'ink',
  primaryShade: { light: 8, dark: 6 },
  colors: { ink, dark: slate },
  defaultRadius: 6,
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  fontFamily: 'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  headings: { fontWeight: '600' },
  components: {
    Tooltip: Tooltip.extend({
      defaultProps: { openDelay: 350, withArrow: true, fz: 'xs', multiline: true, maw: 360 },
      classNames: { tooltip: classes.tooltip },
    }),
    ActionIcon: ActionIcon.extend({
      defaultProps: { variant: 'subtle', color: 'gray' },
      classNames: { root: classes.icon },
    }),
    Button: Button.extend({ defaultProps: { size: 'xs', fw: 500 } }),
    Badge: Badge.extend({ defaultProps: { tt: 'none' } }),
    Menu: Menu.extend({ defaultProps: { shadow: 'md', width: 240 } }),
    Modal: Modal.extend({
      defaultProps: {
        centered: true,
        overlayProps: { backgroundOpacity: 0.35 },
        closeButtonProps: { 'aria-label': 'Close' },
      },
      classNames: { title: classes.title },
    }),
    Notification: Notification.extend({
      defaultProps: { closeButtonProps: { 'aria-label': 'Close this notice' } },
      classNames: { description: classes.description },
    }),
    InputWrapper: Input.Wrapper.extend({ classNames: { label: classes.label } }),
  },
});
