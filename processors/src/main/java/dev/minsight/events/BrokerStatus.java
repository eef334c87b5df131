package dev.minsight.events;

/**
 * How it stands with the MQTT broker.
 *
 * @param embedded whether the broker runs in this process
 * @param url where our own client connects
 * @param connected whether it is connected now
 * @param reason why not, in plain words; empty while connected
 */
public record BrokerStatus(boolean embedded, String url, boolean connected, String reason) {}
