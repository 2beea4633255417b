import DefaultTheme from 'vitepress/theme-without-fonts';
import { h } from 'vue';
import Session from './Session.vue';
import './style.css';

export default {
  extends: DefaultTheme,
  Layout: () => h(DefaultTheme.Layout, null, { 'home-hero-image': () => h(Session) }),
};
