/** What leaves over MQTT: the outbox, its payloads and the embedded broker. */
package dev.minsight.events;
