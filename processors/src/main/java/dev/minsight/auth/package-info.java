/** Users, passwords, tokens and permissions. */
package dev.minsight.auth;
