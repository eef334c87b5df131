package dev.minsight.app;

import com.zaxxer.hikari.HikariDataSource;
import jakarta.persistence.EntityManagerFactory;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.flyway.FlywayDataSource;
import org.springframework.boot.autoconfigure.jdbc.DataSourceProperties;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

/**
 * Two databases that share no transaction: the app's (SQLite, or PostgreSQL by profile) and the
 * engine's (H2). Within the app's, read-only transactions go to a pool of readers that never wait
 * for the writers; of these SQLite has one, PostgreSQL many. What differs is configuration.
 */
@Configuration(proxyBeanMethods = false)
class DataSources {

  @Bean
  @Primary
  @ConfigurationProperties("spring.datasource")
  DataSourceProperties appDataSourceProperties() {
    return new DataSourceProperties();
  }

  @Bean(defaultCandidate = false)
  @FlywayDataSource
  @ConfigurationProperties("spring.datasource.hikari")
  HikariDataSource writer(
      DataSourceProperties properties, Optional<DatabaseLock> takenBeforeAnythingIsWritten) {
    HikariDataSource writer =
        properties.initializeDataSourceBuilder().type(HikariDataSource.class).build();
    writer.setPoolName("writer");
    writer.setExceptionOverride(new BusySqlite());
    return writer;
  }

  @Bean(defaultCandidate = false)
  @ConfigurationProperties("spring.datasource.readers")
  HikariDataSource readers(DataSourceProperties properties) {
    HikariDataSource readers =
        properties.initializeDataSourceBuilder().type(HikariDataSource.class).build();
    readers.setPoolName("readers");
    readers.setExceptionOverride(new BusySqlite());
    return readers;
  }

  @Bean
  @Primary
  DataSource dataSource(
      @Qualifier("writer") HikariDataSource writer,
      @Qualifier("readers") HikariDataSource readers) {
    LazyConnectionDataSourceProxy proxy = new LazyConnectionDataSourceProxy(writer);
    proxy.setReadOnlyDataSource(readers);
    return proxy;
  }

  @Bean
  @Primary
  PlatformTransactionManager transactionManager(EntityManagerFactory factory) {
    return new JpaTransactionManager(factory);
  }

  @Bean(defaultCandidate = false)
  @ConfigurationProperties("camunda.bpm.datasource")
  DataSourceProperties engineDataSourceProperties() {
    return new DataSourceProperties();
  }

  @Bean
  EngineDatabase engineDatabase(
      @Qualifier("engineDataSourceProperties") DataSourceProperties properties) {
    return new EngineDatabase(properties.determineUrl());
  }

  /**
   * All singletons are there, so the engine has its tables; nothing that gives it work has begun.
   */
  @Bean
  SmartInitializingSingleton engineDatabaseCreated(
      EngineDatabase file, @Qualifier("camundaBpmDataSource") DataSource engine) {
    return () -> file.created(engine);
  }

  @Bean(defaultCandidate = false)
  HikariDataSource camundaBpmDataSource(
      @Qualifier("engineDataSourceProperties") DataSourceProperties properties,
      EngineDatabase file) {
    file.beforeOpening();
    HikariDataSource engine =
        properties.initializeDataSourceBuilder().type(HikariDataSource.class).build();
    engine.setMaximumPoolSize(20);
    engine.setPoolName("engine");
    return engine;
  }

  @Bean(defaultCandidate = false)
  PlatformTransactionManager camundaBpmTransactionManager(
      @Qualifier("camundaBpmDataSource") DataSource engine) {
    return new DataSourceTransactionManager(engine);
  }
}
